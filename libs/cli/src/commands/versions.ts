import { everyItem, type Version } from '@floe/client';
import { Command } from 'commander';

import type { Context } from '../context.ts';
import { parseModel } from '../names/model-name.ts';
import { parseCount } from '../names/parse-count.ts';
import { bytesText } from '../render/quantities.ts';
import { first, type JsonFlag, printMany } from '../render/result.ts';
import { signatureText } from '../render/signature-text.ts';

interface Flags extends JsonFlag {
  readonly limit: number;
}

/** `floe versions`: the versions of a model, newest first. */
export function versionsCommand(context: Context): Command {
  return new Command('versions')
    .description('list the versions of a model')
    .argument('<model>', 'name or team/name')
    .option('-n, --limit <count>', 'show at most so many', parseCount, 1000)
    .option('--json', 'print JSON lines')
    .action(async (text: string, flags: Flags) => {
      const { terminal, signal } = context;
      const model = parseModel(text, await context.team());
      const client = await context.client();
      const limit = Math.min(flags.limit, 1000);
      const versions = everyItem(
        async (after) => await client.models.versions(model, { after, limit, signal }),
      );
      await printMany(terminal, flags, first(flags.limit, versions), columns);
    });
}

const columns = {
  head: ['VERSION', 'STATE', 'SIZE', 'DIGEST', 'SIGNATURE', 'RELEASED'],
  none: 'no versions yet',
  cells: ({ version, state, files, image, signature, releasedAt }: Version): readonly string[] => [
    String(version),
    state,
    files ? bytesText(files.bytes) : '-',
    image?.digest.slice(0, 'sha256:'.length + 12) ?? '-',
    signature ? signatureText(signature) : 'not known',
    releasedAt ?? '-',
  ],
};
