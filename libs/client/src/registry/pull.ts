import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { MEDIA_TYPE } from '@floe/layers';

import type { ModelName, VersionName } from '../calls/names.ts';
import type { CallOptions } from '../calls/options.ts';
import type { FloeClient } from '../floe-client.ts';
import { LocalFault } from '../transport/errors.ts';
import { inFlight } from '../upload/in-flight.ts';
import { unpackLayer, type Unpacked } from './unpack-layer.ts';

export interface PullOptions extends CallOptions {
  /** Called with the bytes of layers that arrived so far, and of all of them. */
  readonly onProgress?: ((doneBytes: number, totalBytes: number) => void) | undefined;
}

export interface Pulled {
  /** Of the image's manifest. */
  readonly digest: string;
  readonly files: number;
  /** Of the files. */
  readonly bytes: number;
}

const mostAtOnce = 4;

/**
 * Writes the files of a version into an empty or new folder. Each layer is unpacked beside the folder's files and
 * moved to its place only when its bytes hash to its digest.
 * @throws FolderNotEmpty, DigestWrong, FloeProblem, PlatformUnreachable
 */
export async function pull(
  client: FloeClient,
  model: ModelName,
  version: VersionName,
  folder: string,
  options: PullOptions = {},
): Promise<Pulled> {
  const { signal, onProgress } = options;
  await refuseFilled(folder);
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
  const staging = join(folder, `.floe-pull-${randomUUID()}`);
  const sum = { files: 0, bytes: 0 };
  try {
    await inFlight(
      layers,
      mostAtOnce,
      async (layer, layerSignal) => {
        const place = join(staging, layer.digest.replace(':', '-'));
        let unpacked: Unpacked = { paths: [], folders: [], bytes: 0 };
        const take = async (bytes: AsyncIterable<Uint8Array>): Promise<void> => {
          await rm(place, { recursive: true, force: true }).catch(localFault);
          unpacked = await unpackLayer(bytes, place, (done) => told(layer.digest, done));
        };
        await client.images.blob(model, layer.digest, take, { signal: layerSignal });
        await settle(unpacked, place, folder);
        sum.files += unpacked.paths.length;
        sum.bytes += unpacked.bytes;
      },
      signal,
    );
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
  return { digest, ...sum };
}

/** The folder holds something already, which a pull would mix with the model's files. */
export class FolderNotEmpty extends Error {
  readonly code = 'FOLDER_NOT_EMPTY';

  constructor(readonly folder: string) {
    super(`${folder} is not empty`);
    this.name = 'FolderNotEmpty';
  }
}

async function refuseFilled(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  if ((await readdir(folder)).length > 0) throw new FolderNotEmpty(folder);
}

async function settle({ paths, folders }: Unpacked, from: string, to: string): Promise<void> {
  for (const path of folders) await mkdir(join(to, path), { recursive: true });
  for (const path of paths) {
    await mkdir(dirname(join(to, path)), { recursive: true });
    await rename(join(from, path), join(to, path));
  }
}

function localFault(error: unknown): never {
  throw new LocalFault(error);
}
