import { pull } from '@floe/client';
import { Command } from 'commander';

import type { Context } from '../context.ts';
import { modelText, parseOneVersion } from '../names/model-name.ts';
import { bytesText, countText } from '../render/quantities.ts';
import { type JsonFlag, printOne } from '../render/result.ts';
import { Transfer } from '../render/transfer.ts';

/** `floe pull`: the files of a version, without an engine. */
export function pullCommand(context: Context): Command {
  return new Command('pull')
    .description('write the files of a version into a folder, or go on with that')
    .argument('<model:version>', 'name or team/name, then :3, :latest or :alias')
    .argument('[folder]', 'new, empty or of a broken pull; without it <name>-<version>')
    .option('--json', 'print one JSON document')
    .action(async (text: string, given: string | undefined, flags: JsonFlag) => {
      const { terminal, signal, words } = context;
      const { version, ...model } = parseOneVersion(text, await context.team());
      const folder = given ?? `${model.name}-${version}`;
      const client = await context.client();
      const { show } = new Transfer('pull', terminal, () => performance.now());
      const options = { signal, onProgress: show };
      const pulled = await pull(client, model, version, folder, options).catch((error: unknown) => {
        if (signal.aborted) terminal.err(`the same command goes on: floe ${words.join(' ')}`);
        throw error;
      });
      const { digest, layers, keptLayers } = pulled;
      if (keptLayers > 0)
        terminal.err(
          `${keptLayers} of ${countText(layers, 'layer')} were there already, and whole`,
        );
      printOne(terminal, flags, { ...model, version, folder, ...pulled }, ({ files, bytes }) => [
        `${modelText(model)}:${version}, ${countText(files, 'file')}, ${bytesText(bytes)} in ${folder}`,
        `  digest  ${digest}`,
      ]);
    });
}
