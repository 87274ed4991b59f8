import { constants, type FileHandle, open } from 'node:fs/promises';

import { type Target, writeCoalesced } from './write-coalesced.ts';

const MINE_TO_WRITE = 0o600;

/**
 * The file of an upload while this process writes parts of it. All who wait for the disk share one fsync: each of them
 * costs the journal a commit, and takes the bytes of the others along.
 */
class PartFile implements Target {
  private syncing: Promise<void> = Promise.resolve();
  private next: Promise<void> | undefined;
  private failure: { readonly cause: unknown } | undefined;

  constructor(
    private readonly file: FileHandle,
    private readonly onFailed: () => void,
  ) {}

  /** Resolves when the bytes are durable at their place. */
  async write(chunks: AsyncIterable<Uint8Array>, start: number): Promise<void> {
    await writeCoalesced(this, chunks, start);
    await this.datasync();
  }

  writev(...args: Parameters<Target['writev']>): ReturnType<Target['writev']> {
    return this.file.writev(...args);
  }

  async datasync(): Promise<void> {
    await this.shared();
    // The disk tells a lost write once: whose it was is not known.
    if (this.failure !== undefined) throw this.failure.cause;
  }

  async close(): Promise<void> {
    await this.file.close();
  }

  private shared(): Promise<void> {
    this.next ??= this.syncing.then(() => {
      this.next = undefined;
      this.syncing = this.syncNow();
      return this.syncing;
    });
    return this.next;
  }

  private async syncNow(): Promise<void> {
    try {
      await this.file.datasync();
    } catch (cause) {
      this.failure ??= { cause };
      this.onFailed();
    }
  }
}

interface Used {
  readonly file: Promise<PartFile>;
  users: number;
}

/** The files that are being written, one handle for all parts of each. */
export class PartFiles {
  private readonly used = new Map<string, Used>();

  /** Writes bytes to their place in the file, which is made in its full length by whichever part comes first. */
  async write(
    path: string,
    sizeBytes: number,
    chunks: AsyncIterable<Uint8Array>,
    start: number,
  ): Promise<void> {
    const used = this.used.get(path) ?? this.begin(path, sizeBytes);
    used.users += 1;
    try {
      await (await used.file).write(chunks, start);
    } finally {
      used.users -= 1;
      if (used.users === 0) await this.end(path, used);
    }
  }

  private begin(path: string, sizeBytes: number): Used {
    const file = make(path, sizeBytes).then(
      (handle) => new PartFile(handle, () => this.forget(path, used)),
    );
    const used = { file, users: 0 };
    this.used.set(path, used);
    return used;
  }

  private async end(path: string, used: Used): Promise<void> {
    this.forget(path, used);
    // Whoever could not open it was told so.
    const file = await used.file.catch(() => undefined);
    await file?.close();
  }

  private forget(path: string, used: Used): void {
    if (this.used.get(path) === used) this.used.delete(path);
  }
}

/** Disk is taken as parts are written. */
async function make(path: string, sizeBytes: number): Promise<FileHandle> {
  const file = await open(path, constants.O_RDWR | constants.O_CREAT, MINE_TO_WRITE);
  try {
    if ((await file.stat()).size !== sizeBytes) await file.truncate(sizeBytes);
    return file;
  } catch (error) {
    await file.close();
    throw error;
  }
}
