import { Command } from 'commander';

import type { Context } from '../context.ts';

interface Flags {
  readonly follow?: true;
}

/** `floe logs`: what a build said. */
export function logsCommand(context: Context): Command {
  return new Command('logs')
    .description('print the log of a build')
    .argument('<build>', 'id of the build')
    .option('-f, --follow', 'go on until the build ends')
    .action(async (id: string, { follow }: Flags) => {
      const { terminal, signal } = context;
      const client = await context.client();
      if (!follow) {
        const text = await client.builds.logText(id, { signal });
        if (text !== '') terminal.out(text.replace(/\n$/, ''));
        return;
      }
      for await (const item of client.builds.log(id, { signal })) {
        if (item.kind === 'line') terminal.out(item.line.text);
        else terminal.err(`the build is ${item.state}`);
      }
    });
}
