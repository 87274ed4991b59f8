import { everyItem } from '@floe/client';
import { Command } from 'commander';

import type { Context } from '../context.ts';
import { modelText, parseModel } from '../names/model-name.ts';
import { parseCount, parseWhole } from '../names/parse-count.ts';
import { type JsonFlag, printMany } from '../render/result.ts';

interface SetFlags {
  readonly expected?: number;
}

/** `floe alias`: movable names of versions. */
export function aliasCommand(context: Context): Command {
  return new Command('alias')
    .description('move, remove and look back at the aliases of a model')
    .addCommand(setCommand(context))
    .addCommand(removeCommand(context))
    .addCommand(historyCommand(context));
}

function setCommand(context: Context): Command {
  return new Command('set')
    .description('point an alias to a version')
    .argument('<model>', 'name or team/name')
    .argument('<alias>')
    .argument('<version>', 'number of a released version', parseCount)
    .option('--expected <version>', 'only if it points there now; 0 = if there is none', parseWhole)
    .action(async (text: string, alias: string, version: number, { expected }: SetFlags) => {
      const { terminal, signal } = context;
      const model = parseModel(text, await context.team());
      const client = await context.client();
      await client.aliases.set(model, alias, version, { expected, signal });
      terminal.out(`${modelText(model)}:${alias} → ${version}`);
    });
}

function removeCommand(context: Context): Command {
  return new Command('rm')
    .description('remove an alias')
    .argument('<model>', 'name or team/name')
    .argument('<alias>')
    .action(async (text: string, alias: string) => {
      const { terminal, signal } = context;
      const model = parseModel(text, await context.team());
      const client = await context.client();
      await client.aliases.remove(model, alias, { signal });
      terminal.out(`${modelText(model)}:${alias} removed`);
    });
}

function historyCommand(context: Context): Command {
  return new Command('history')
    .description('list where an alias pointed, newest first')
    .argument('<model>', 'name or team/name')
    .argument('<alias>')
    .option('--json', 'print JSON lines')
    .action(async (text: string, alias: string, flags: JsonFlag) => {
      const { terminal, signal } = context;
      const model = parseModel(text, await context.team());
      const client = await context.client();
      const moves = everyItem(
        async (after) => await client.aliases.history(model, alias, { after, signal }),
      );
      await printMany(terminal, flags, moves, {
        head: ['MOVED', 'VERSION'],
        none: 'never moved',
        cells: ({ movedAt, version }) => [
          movedAt,
          version === undefined ? 'removed' : String(version),
        ],
      });
    });
}
