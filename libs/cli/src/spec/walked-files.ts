import { open } from 'node:fs/promises';

import type { LocalItem } from '@floe/client';
import { type ByteRange, type ModelFile, ModelFiles } from '@floe/formats';

/** The files of a walk, as the readers of formats take them: the same that an upload would send. */
export class WalkedFiles extends ModelFiles {
  readonly #files: ReadonlyMap<string, LocalItem>;

  constructor(items: readonly LocalItem[]) {
    super();
    const files = items.filter(({ kind }) => kind === 'file');
    this.#files = new Map(files.map((item) => [item.path, item]));
  }

  override list(): readonly ModelFile[] {
    return [...this.#files.values()].map(({ path, sizeBytes }) => ({ path, sizeBytes }));
  }

  override async read(
    path: string,
    { offset, length }: ByteRange,
    signal: AbortSignal,
  ): Promise<Uint8Array> {
    const item = this.#files.get(path);
    if (item === undefined) throw new Error(`${path} is not among the files`);
    await using file = await open(item.local, 'r');
    const bytes = new Uint8Array(length);
    for (let filled = 0; filled < length;) {
      signal.throwIfAborted();
      const { bytesRead } = await file.read(bytes, filled, length - filled, offset + filled);
      if (bytesRead === 0) throw new Error(`${path} became shorter while it was read`);
      filled += bytesRead;
    }
    return bytes;
  }
}
