import { rm } from 'node:fs/promises';

import { MEDIA_TYPE } from '@floe/layers';

import type { ModelName, VersionName } from '../calls/names.ts';
import type { CallOptions } from '../calls/options.ts';
import type { FloeClient } from '../floe-client.ts';
import { DigestWrong, LocalFault } from '../transport/errors.ts';
import { inFlight } from '../upload/in-flight.ts';
import { BegunPull } from './begun-pull.ts';
import { unpackLayer, type Unpacked } from './unpack-layer.ts';

export interface PullOptions extends CallOptions {
  /** Called with the bytes of layers that are there so far, and of all of them. */
  readonly onProgress?: ((doneBytes: number, totalBytes: number) => void) | undefined;
}

export interface Pulled {
  /** Of the image's manifest. */
  readonly digest: string;
  readonly files: number;
  /** Of the files. */
  readonly bytes: number;
  readonly layers: number;
  /** Layers that an interrupted pull had brought, proven again. */
  readonly keptLayers: number;
}

const mostAtOnce = 4;

/**
 * Writes the files of a version into an empty or new folder, or goes on with a pull of it that was interrupted. Layers
 * come in parallel; each is unpacked aside and moved to its place only when its bytes hash to its digest.
 * @throws FolderNotEmpty, DigestWrong, FloeProblem, PlatformUnreachable
 */
export async function pull(
  client: FloeClient,
  model: ModelName,
  version: VersionName,
  folder: string,
  { signal, onProgress }: PullOptions = {},
): Promise<Pulled> {
  const { digest, manifest } = await client.images.manifest(model, version, { signal });
  // A runtime's layers are compressed or hold other folders; only those of the layout hold the model.
  const layers = manifest.layers.filter(({ mediaType }) => mediaType === MEDIA_TYPE);
  const totalBytes = layers.reduce((sum, { size }) => sum + size, 0);
  const arrived = new Map<string, number>();
  const told = (layer: string, bytes: number): void => {
    arrived.set(layer, bytes);
    onProgress?.(
      [...arrived.values()].reduce((sum, some) => sum + some, 0),
      totalBytes,
    );
  };
  await using begun = await BegunPull.open(folder, digest);
  const sum = { files: 0, bytes: 0, keptLayers: 0 };
  await inFlight(
    layers,
    mostAtOnce,
    async (layer, layerSignal) => {
      const kept = await begun.kept(layer.digest);
      const unpacked =
        kept ??
        (await fetchLayer(client, model, layer.digest, begun.placeOf(layer.digest), {
          signal: layerSignal,
          onBytes: (bytes) => told(layer.digest, bytes),
        }));
      if (kept === undefined) await begun.settle(layer.digest, unpacked);
      else sum.keptLayers += 1;
      told(layer.digest, layer.size);
      const files = unpacked.items.filter(({ directory }) => !directory);
      sum.files += files.length;
      sum.bytes += files.reduce((bytes, { sizeBytes }) => bytes + sizeBytes, 0);
    },
    signal,
  );
  await begun.finish();
  return { digest, ...sum, layers: layers.length };
}

interface FetchOptions extends CallOptions {
  readonly onBytes: (bytes: number) => void;
}

/** Once more where the bytes were wrong: they may have been spoilt on their way. */
async function fetchLayer(
  client: FloeClient,
  model: ModelName,
  layer: string,
  place: string,
  { signal, onBytes }: FetchOptions,
): Promise<Unpacked> {
  for (let isAgain = false; ; isAgain = true) {
    try {
      await rm(place, { recursive: true, force: true });
      return await unpackLayer(client.images.blob(model, layer, { signal }), place, onBytes);
    } catch (error) {
      if (error instanceof LocalFault) throw error.cause;
      if (isAgain || !(error instanceof DigestWrong)) throw error;
    }
  }
}
