import type { Version } from '../answers/model.ts';
import type { ModelName } from '../calls/names.ts';
import type { CallOptions } from '../calls/options.ts';
import type { FloeClient } from '../floe-client.ts';
import { FloeProblem } from '../transport/errors.ts';

/** The latest version of a model and the digests of all layers of its image; undefined where there is none. */
export async function latestImage(
  client: FloeClient,
  model: ModelName,
  options: CallOptions = {},
): Promise<{ readonly version: Version; readonly layers: readonly string[] } | undefined> {
  try {
    const version = await client.models.version(model, 'latest', options);
    if (version.image === undefined) return undefined;
    const { manifest } = await client.images.manifest(model, version.image.digest, options);
    return { version, layers: manifest.layers.map(({ digest }) => digest) };
  } catch (error) {
    if (error instanceof FloeProblem && error.status === 404) return undefined;
    throw error;
  }
}
