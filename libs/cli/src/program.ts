import { readFileSync } from 'node:fs';

import { Command } from 'commander';

import { showCommand } from './commands/show.ts';
import { uploadCommand } from './commands/upload.ts';
import type { Context } from './context.ts';

/** The whole command line. */
export function programOf(context: Context): Command {
  const program = new Command('floe')
    .description('machine-learning models become frozen, versioned OCI images')
    .version(ownVersion())
    .showHelpAfterError('run `floe --help` for what there is');
  for (const command of [uploadCommand, showCommand]) program.addCommand(command(context));
  return program;
}

function ownVersion(): string {
  const own: unknown = JSON.parse(
    readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
  );
  return typeof own === 'object' && own !== null && 'version' in own
    ? String(own.version)
    : '0.0.0';
}
