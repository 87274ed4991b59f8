import { Command } from 'commander';

import type { Context } from '../context.ts';
import { type JsonFlag, printOne } from '../render/result.ts';
import { showBuildToItsEnd } from './show-build-to-its-end.ts';

interface Flags extends JsonFlag {
  readonly wait: boolean;
}

/** `floe retry`: the same input again, as a new build. */
export function retryCommand(context: Context): Command {
  return new Command('retry')
    .description('build the input of a failed or cancelled build again')
    .argument('<build>', 'id of the build')
    .option('--no-wait', 'return when the new build is accepted')
    .option('--json', 'print the new build as one JSON document')
    .action(async (id: string, flags: Flags) => {
      const { terminal, signal } = context;
      const client = await context.client();
      const build = await client.builds.retry(id, { signal });
      if (flags.wait) return await showBuildToItsEnd(context, client, build, flags);
      printOne(terminal, flags, build, (made) => [`accepted as build ${made.id}`]);
    });
}
