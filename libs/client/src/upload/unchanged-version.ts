import { isDeepStrictEqual } from 'node:util';

import type { Version } from '../answers/model.ts';
import type { BuildSpec } from '../calls/build-request.ts';
import type { ModelName } from '../calls/names.ts';
import type { CallOptions } from '../calls/options.ts';
import type { FloeClient } from '../floe-client.ts';
import { latestImage } from './latest-image.ts';
import type { LocalModel } from './local-model.ts';

/**
 * The latest version, if it is of the same files and was built in the same way; metadata and aliases are not
 * part of an image and do not count.
 */
export async function unchangedVersion(
  client: FloeClient,
  model: ModelName,
  local: LocalModel,
  spec: BuildSpec,
  options: CallOptions = {},
): Promise<Version | undefined> {
  const latest = await latestImage(client, model, options);
  if (latest?.version.files === undefined) return undefined;
  const { version, layers } = latest;
  const { count, bytes } = latest.version.files;
  if (count !== local.fileCount || bytes !== local.fileBytes) return undefined;
  const digests = await local.digests(options);
  // The model's layers are the last ones of the image; the count of files tells that there are no more of them.
  if (!isDeepStrictEqual(layers.slice(-digests.length), digests)) return undefined;
  const build = await client.builds.get(version.buildId, options);
  const isSame = (['contract', 'runtime', 'installCommand'] as const).every((key) =>
    isDeepStrictEqual(plain(build.spec?.[key]), plain(spec[key])),
  );
  return isSame ? version : undefined;
}

function plain(value: unknown): unknown {
  return value === undefined ? undefined : JSON.parse(JSON.stringify(value));
}
