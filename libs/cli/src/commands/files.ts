import { everyItem, type VersionFile } from '@floe/client';
import { Command } from 'commander';

import type { Context } from '../context.ts';
import { parseOneVersion } from '../names/model-name.ts';
import { bytesText } from '../render/quantities.ts';
import { type JsonFlag, printMany } from '../render/result.ts';

const PAGE_ITEMS = 1_000;

/** `floe files`: what is in a version. */
export function filesCommand(context: Context): Command {
  return new Command('files')
    .description('list the files of a version')
    .argument('<model:version>', 'name or team/name, then :3, :latest or :alias')
    .option('--json', 'print JSON lines')
    .action(async (text: string, flags: JsonFlag) => {
      const { terminal, signal } = context;
      const { version, ...model } = parseOneVersion(text, await context.team());
      const client = await context.client();
      const files = everyItem(
        async (after) =>
          await client.models.files(model, version, { after, limit: PAGE_ITEMS, signal }),
      );
      await printMany(terminal, flags, files, columns);
    });
}

const columns = {
  head: ['PATH', 'SIZE', 'EXECUTABLE', 'LAYER'],
  none: 'no files',
  cells: ({ path, sizeBytes, executable, layer }: VersionFile): readonly string[] => [
    path,
    bytesText(sizeBytes),
    executable ? 'yes' : '-',
    layer.slice(0, 'sha256:'.length + 12),
  ],
};
