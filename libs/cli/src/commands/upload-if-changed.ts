import {
  type BuildSpec,
  type FloeClient,
  type LocalModel,
  type ModelName,
  unchangedVersion,
} from '@floe/client';

import type { Context } from '../context.ts';
import { modelText } from '../names/model-name.ts';
import { type JsonFlag, printOne } from '../render/result.ts';

/** Whether the latest version is what an upload would make; then it is shown and gets the aliases. */
export async function keepUnchanged(
  { terminal, signal }: Context,
  client: FloeClient,
  local: LocalModel,
  model: ModelName,
  spec: BuildSpec,
  flags: JsonFlag,
): Promise<boolean> {
  const version = await unchangedVersion(client, model, local, spec, { signal });
  if (version === undefined) return false;
  for (const alias of spec.aliases ?? []) {
    await client.aliases.set(model, alias, version.version, { signal });
  }
  printOne(terminal, flags, { ...version, unchanged: true }, () => [
    `${modelText(model)} version ${version.version} is unchanged`,
    ...(version.image ? [`  digest  ${version.image.digest}`] : []),
  ]);
  return true;
}
