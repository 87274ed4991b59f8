import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';

import type { FileContent } from '@floe/layers';

import { WalkError } from './errors.ts';
import { changed, type LocalItem, requireSame } from './local-file.ts';

/** Up to here the trips through the thread pool take many times longer than the work itself. */
const smallBytes = 512 * 1024;
const maxPointerBytes = 1024;
const pointerHead = 'version https://git-lfs.github.com/spec/';

/**
 * The content of a file as the walk saw it.
 * @throws WalkError `FILE_CHANGED`, or `LFS_POINTER` when its bytes are elsewhere.
 */
export async function openContent(item: LocalItem): Promise<FileContent> {
  const content =
    item.sizeBytes <= smallBytes ? new SmallContent(item) : await LargeContent.open(item);
  try {
    await content.end();
    return content;
  } catch (error) {
    await content.close();
    throw error;
  }
}

/** Read without a wait. */
class SmallContent implements FileContent {
  readonly #file: number;
  #isBegun = false;

  constructor(private readonly item: LocalItem) {
    try {
      this.#file = openSync(item.local, 'r');
    } catch {
      throw changed(item);
    }
  }

  read(into: Uint8Array): number {
    if (!this.#isBegun && this.item.sizeBytes <= maxPointerBytes) this.#refusePointer();
    this.#isBegun = true;
    return someOf(this.item, readSync(this.#file, into));
  }

  end(): void {
    requireSame(this.item, fstatSync(this.#file, { bigint: true }));
  }

  close(): void {
    closeSync(this.#file);
  }

  #refusePointer(): void {
    const head = Buffer.alloc(pointerHead.length);
    readSync(this.#file, head, { position: 0 });
    if (head.toString('latin1') !== pointerHead) return;
    throw new WalkError(
      'LFS_POINTER',
      this.item.path,
      `${this.item.path} is a pointer of Git LFS, not the file itself`,
      'run `git lfs pull` in its repository, then upload again',
    );
  }
}

class LargeContent implements FileContent {
  private constructor(
    private readonly item: LocalItem,
    private readonly file: FileHandle,
  ) {}

  static async open(item: LocalItem): Promise<LargeContent> {
    const file = await open(item.local, 'r').catch(() => {
      throw changed(item);
    });
    return new LargeContent(item, file);
  }

  async read(into: Uint8Array): Promise<number> {
    const { bytesRead } = await this.file.read(into, 0, into.length, null);
    return someOf(this.item, bytesRead);
  }

  async end(): Promise<void> {
    requireSame(this.item, await this.file.stat({ bigint: true }));
  }

  async close(): Promise<void> {
    await this.file.close();
  }
}

/** A file that ends too early is not what the walk saw. */
function someOf(item: LocalItem, bytesRead: number): number {
  if (bytesRead === 0) throw changed(item);
  return bytesRead;
}
