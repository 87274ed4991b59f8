import { type FloeClient, type LocalModel, type ModelName, presentLayers } from '@floe/client';

import type { Context } from '../context.ts';
import { modelText } from '../names/model-name.ts';
import { bytesText, countText } from '../render/quantities.ts';
import { type JsonFlag, printOne } from '../render/result.ts';
import { Stages } from '../render/stages.ts';
import { tableLines } from '../render/table.ts';

interface Plan extends ModelName {
  readonly files: readonly { readonly path: string; readonly sizeBytes: number }[];
  readonly layers: readonly {
    readonly digest: string;
    readonly sizeBytes: number;
    readonly present: boolean;
  }[];
  readonly totalBytes: number;
  readonly bytesToSend: number;
}

/** Shows what an upload would send. */
export async function dryRun(
  { terminal, signal }: Context,
  client: FloeClient,
  local: LocalModel,
  model: ModelName,
  flags: JsonFlag,
): Promise<void> {
  const stages = new Stages(terminal, () => performance.now());
  const onProgress = stages.show;
  const digests = await local.digests({ signal, onProgress }).finally(() => stages.end());
  const present = await presentLayers(client, model, local, { signal });
  const layers = local.layers.map(({ sizeBytes }, index) => {
    const digest = digests[index] ?? '';
    return { digest, sizeBytes, present: present.has(digest) };
  });
  const plan: Plan = {
    ...model,
    files: local.items
      .filter(({ kind }) => kind === 'file')
      .map(({ path, sizeBytes }) => ({ path, sizeBytes })),
    layers,
    totalBytes: local.totalBytes,
    bytesToSend: layers.reduce((sum, it) => (it.present ? sum : sum + it.sizeBytes), 0),
  };
  printOne(terminal, flags, plan, linesOf);
}

function linesOf({ team, name, files, layers, totalBytes, bytesToSend }: Plan): readonly string[] {
  const present = layers.filter((layer) => layer.present).length;
  const rows = files.map(({ path, sizeBytes }) => [path, bytesText(sizeBytes)]);
  return [
    ...tableLines(['FILE', 'SIZE'], rows),
    '',
    `${modelText({ team, name })}: ${countText(files.length, 'file')} in ${countText(layers.length, 'layer')}, ${bytesText(totalBytes)}`,
    `${present} of ${countText(layers.length, 'layer')} already there: ${bytesText(bytesToSend)} to send`,
  ];
}
