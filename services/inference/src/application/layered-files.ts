import { buffer } from 'node:stream/consumers';

import type { Layer } from '@floe/contracts';
import { type ByteRange, type ModelFile, ModelFiles } from '@floe/formats';
import { decodeIndex, type IndexedFile } from '@floe/layers';
import type { BlobReader } from '@floe/storage';

interface PlacedFile extends IndexedFile {
  readonly layer: string;
}

/** The files of a model as they stand in its stored layers; nothing is unpacked. */
export class LayeredFiles extends ModelFiles {
  readonly #files: ReadonlyMap<string, PlacedFile>;

  private constructor(
    private readonly store: BlobReader,
    files: readonly PlacedFile[],
  ) {
    super();
    this.#files = new Map(files.map((file) => [file.path, file]));
  }

  static async open(layers: readonly Layer[], store: BlobReader): Promise<LayeredFiles> {
    const placed = await Promise.all(layers.map(({ digest }) => filesOf(digest, store)));
    return new LayeredFiles(store, placed.flat());
  }

  override list(): readonly ModelFile[] {
    return [...this.#files.values()].map(({ path, sizeBytes }) => ({ path, sizeBytes }));
  }

  override async read(
    path: string,
    { offset, length }: ByteRange,
    signal: AbortSignal,
  ): Promise<Uint8Array> {
    const file = this.#files.get(path);
    if (file === undefined || offset + length > file.sizeBytes) {
      throw new RangeError(`${path} has no bytes ${offset} to ${offset + length}`);
    }
    if (length === 0) return new Uint8Array();
    const start = file.offset + offset;
    return buffer(await this.store.read(file.layer, signal, { start, end: start + length }));
  }
}

async function filesOf(layer: string, store: BlobReader): Promise<readonly PlacedFile[]> {
  const index = await store.readIndex(layer);
  if (index === undefined) throw new Error(`layer ${layer} has no index`);
  return decodeIndex(index).files.map((file) => ({ ...file, layer }));
}
