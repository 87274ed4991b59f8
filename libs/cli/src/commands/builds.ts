import { type Build, type BuildState, everyItem } from '@floe/client';
import { Command, Option } from 'commander';

import type { Context } from '../context.ts';
import { modelText, parseModel } from '../names/model-name.ts';
import { parseCount } from '../names/parse-count.ts';
import { first, type JsonFlag, printMany } from '../render/result.ts';

interface Flags extends JsonFlag {
  readonly model?: string;
  readonly state?: BuildState;
  readonly limit: number;
}

const states: readonly BuildState[] = [
  'received',
  'inferring',
  'queued',
  'building',
  'assigning',
  'publishing',
  'released',
  'failed',
  'cancelled',
];

/** `floe builds`: what became of uploads, newest first. */
export function buildsCommand(context: Context): Command {
  return new Command('builds')
    .description('list builds, newest first')
    .option('-m, --model <model>', 'of this model only: name or team/name')
    .addOption(new Option('-s, --state <state>', 'in this state only').choices(states))
    .option('-n, --limit <count>', 'show at most so many', parseCount, 50)
    .option('--json', 'print JSON lines')
    .action(async (flags: Flags) => {
      const { terminal, signal } = context;
      const { state } = flags;
      const of =
        flags.model === undefined ? undefined : parseModel(flags.model, await context.team());
      const limit = Math.min(flags.limit, 1000);
      const client = await context.client();
      const builds = everyItem(
        async (after) =>
          await client.builds.list({
            team: of?.team,
            model: of?.name,
            state,
            after,
            limit,
            signal,
          }),
      );
      await printMany(terminal, flags, first(flags.limit, builds), columns);
    });
}

const columns = {
  head: ['BUILD', 'MODEL', 'STATE', 'VERSION', 'CREATED', 'REASON'],
  none: 'no builds',
  cells: ({ id, team, model, state, version, createdAt, error }: Build): readonly string[] => [
    id,
    modelText({ team, name: model }),
    state,
    version === undefined ? '-' : String(version),
    createdAt ?? '-',
    error?.code ?? '',
  ],
};
