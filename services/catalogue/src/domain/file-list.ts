import { comparePaths, type IndexedFile } from '@floe/layers';

/** A file of a version, and where its bytes stand: in this layer, from `offset` on. */
export interface PlacedFile extends IndexedFile {
  /** Digest of the layer. */
  readonly layer: string;
}

/** The files of a version in path order; each path once. */
export class FileList {
  readonly #files: readonly PlacedFile[];

  constructor(files: readonly PlacedFile[]) {
    this.#files = files.toSorted((one, other) => comparePaths(one.path, other.path));
  }

  get count(): number {
    return this.#files.length;
  }

  find(path: string): PlacedFile | undefined {
    const file = this.#files[this.#placeOf(path)];
    return file?.path === path ? file : undefined;
  }

  /** Up to `limit` files whose paths come after `path`, from the first one on without it. */
  after(path: string | undefined, limit: number): readonly PlacedFile[] {
    if (path === undefined) return this.#files.slice(0, limit);
    const place = this.#placeOf(path);
    const start = this.#files[place]?.path === path ? place + 1 : place;
    return this.#files.slice(start, start + limit);
  }

  /** Of the first file that does not come before `path`. */
  #placeOf(path: string): number {
    let [low, high] = [0, this.#files.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (comparePaths(this.#files[middle]?.path ?? '', path) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
