import { Command } from 'commander';

import type { Context } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { type JsonFlag, printOne } from '../render/result.ts';

/** `floe cancel`: asks for a build's end and tells which end it took. */
export function cancelCommand(context: Context): Command {
  return new Command('cancel')
    .description('cancel a build that has no version yet')
    .argument('<build>', 'id of the build')
    .option('--json', 'print the build as one JSON document')
    .action(async (id: string, flags: JsonFlag) => {
      const { terminal, signal } = context;
      const client = await context.client();
      const asked = await client.builds.cancel(id, { signal });
      // The stage that holds the build decides, which may have finished its work meanwhile.
      const build = await client.builds.wait(asked, { signal });
      printOne(terminal, flags, build, ({ state }) => [`build ${id} ${state}`]);
      if (build.state !== 'cancelled') context.exitCode = exitCodes.buildFailed;
    });
}
