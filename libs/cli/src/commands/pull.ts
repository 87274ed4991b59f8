import { pull } from '@floe/client';
import { Command } from 'commander';

import type { Context } from '../context.ts';
import { UsageError } from '../errors.ts';
import { modelText, parseVersion } from '../names/model-name.ts';
import { bytesText, countText } from '../render/quantities.ts';
import { type JsonFlag, printOne } from '../render/result.ts';

/** `floe pull`: the files of a version, without an engine. */
export function pullCommand(context: Context): Command {
  return new Command('pull')
    .description('write the files of a version into a folder')
    .argument('<model:version>', 'name or team/name, then :3, :latest or :alias')
    .argument('[folder]', 'new or empty; without it <name>-<version>')
    .option('--json', 'print one JSON document')
    .action(async (text: string, given: string | undefined, flags: JsonFlag) => {
      const { terminal, signal } = context;
      const { version, ...model } = parseVersion(text, await context.team());
      if (version === undefined) {
        throw new UsageError(`"${text}" names no version`, `write ${text}:latest or ${text}:1`);
      }
      const folder = given ?? `${model.name}-${version}`;
      const client = await context.client();
      const onProgress = (done: number, total: number): void =>
        terminal.live?.(`pull    ${bytesText(done)} of ${bytesText(total)}`);
      const pulled = await pull(client, model, version, folder, { signal, onProgress });
      printOne(terminal, flags, { ...model, version, folder, ...pulled }, ({ files, bytes }) => [
        `${modelText(model)}:${version}, ${countText(files, 'file')}, ${bytesText(bytes)} in ${folder}`,
        `  digest  ${pulled.digest}`,
      ]);
    });
}
