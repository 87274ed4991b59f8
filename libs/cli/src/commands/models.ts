import { everyItem, type Model } from '@floe/client';
import { Command } from 'commander';

import type { Context } from '../context.ts';
import { modelText } from '../names/model-name.ts';
import { parseCount } from '../names/parse-count.ts';
import { checkSlug } from '../names/slug.ts';
import { first, type JsonFlag, printMany } from '../render/result.ts';

interface Flags extends JsonFlag {
  readonly limit: number;
}

/** `floe models`: what there is, newest first. */
export function modelsCommand(context: Context): Command {
  return new Command('models')
    .description('list the models of a team, or of all teams')
    .argument('[team]')
    .option('-n, --limit <count>', 'show at most so many', parseCount, 1000)
    .option('--json', 'print JSON lines')
    .action(async (name: string | undefined, flags: Flags) => {
      const { terminal, signal } = context;
      const team = name && checkSlug('team', name);
      const client = await context.client();
      const limit = Math.min(flags.limit, 1000);
      const models = everyItem(
        async (after) => await client.models.list({ team, after, limit, signal }),
      );
      await printMany(terminal, flags, first(flags.limit, models), columns);
    });
}

const columns = {
  head: ['MODEL', 'VERSIONS', 'LATEST', 'FRAMEWORK', 'ALIASES', 'RELEASED'],
  none: 'no models yet: `floe upload <folder>` makes the first',
  cells: (model: Model): readonly string[] => [
    modelText(model),
    String(model.versionCount),
    model.latest ? String(model.latest.version) : '-',
    model.latest?.framework ?? '-',
    Object.entries(model.aliases)
      .map(([alias, version]) => `${alias}:${version}`)
      .join(' ') || '-',
    model.latest?.releasedAt ?? '-',
  ],
};
