import type { Layer } from '@floe/contracts';
import { decodeIndex } from '@floe/layers';
import { BlobReader } from '@floe/storage';
import { Injectable } from '@nestjs/common';

import { FileList, type PlacedFile } from '../domain/file-list.ts';

/** Some 40 MB. */
const KEPT_FILES = 200_000;

/** The files of versions, read from the indexes of their layers; those asked for last are kept, as they never change. */
@Injectable()
export class FileLists {
  /** By build, the one asked for last at the end. */
  readonly #kept = new Map<string, FileList>();

  constructor(private readonly store: BlobReader) {}

  async of(buildId: string, layers: readonly Layer[]): Promise<FileList> {
    const files = this.#kept.get(buildId) ?? (await this.#read(layers));
    this.#keep(buildId, files);
    return files;
  }

  async #read(layers: readonly Layer[]): Promise<FileList> {
    const files = await Promise.all(layers.map(({ digest }) => this.#filesOf(digest)));
    return new FileList(files.flat());
  }

  async #filesOf(layer: string): Promise<readonly PlacedFile[]> {
    const index = await this.store.readIndex(layer);
    if (index === undefined) throw new Error(`layer ${layer} has no index`);
    return decodeIndex(index).files.map((file) => ({ ...file, layer }));
  }

  #keep(buildId: string, files: FileList): void {
    this.#kept.delete(buildId);
    this.#kept.set(buildId, files);
    let count = [...this.#kept.values()].reduce((sum, list) => sum + list.count, 0);
    for (const [oldest, list] of this.#kept) {
      if (count <= KEPT_FILES) return;
      this.#kept.delete(oldest);
      count -= list.count;
    }
  }
}
