import { Command } from 'commander';

import { UsageError } from '../errors.ts';

/** `floe serve`: the embedded platform in the foreground; its settings are its own. */
export function serveCommand(): Command {
  return new Command('serve')
    .description('run the embedded platform in the foreground')
    .action(async () => {
      const main = new URL('main.js', platformFolder());
      // It stops itself on SIGINT and SIGTERM; until then its open server keeps the process alive.
      await import(main.href);
    });
}

function platformFolder(): string {
  try {
    return import.meta.resolve('@floe/platform');
  } catch (cause) {
    throw new UsageError(
      `the platform is not installed beside this command: ${String(cause)}`,
      'run it in the repository of Floe, after `npm install` and `npm run build`',
    );
  }
}
