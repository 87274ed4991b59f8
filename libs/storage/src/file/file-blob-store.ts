import { randomUUID } from 'node:crypto';
import { statSync } from 'node:fs';
import { open, readdir, readFile, rename, rm, stat, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { addAbortSignal, type Readable } from 'node:stream';

import { failPoint } from '@floe/fail-point';

import { abortable } from '../abortable.ts';
import {
  BlobStore,
  type ByteRange,
  type Received,
  type StoredBlob,
  type StoreHealth,
} from '../blob-store.ts';
import { BlobDamaged, BlobMissing, ReceivedMissing } from '../errors.ts';
import { exactly } from '../exactly.ts';
import { checkedKey, checkRange, hexOf } from '../names.ts';
import { ifMissing, named } from './file-errors.ts';
import { FilePartUploads } from './file-part-uploads.ts';
import { FileRange } from './file-range.ts';
import { Folders, makeRoot } from './folders.ts';
import { writeCoalesced } from './write-coalesced.ts';

/**
 * Blobs as files of one folder, which several processes may share. What is under `blobs` is whole: it came there by
 * a rename after it was fsynced. Works on any file system whose rename is atomic.
 */
export class FileBlobStore extends BlobStore {
  override readonly parts: FilePartUploads;
  private readonly folders = new Folders();

  private constructor(private readonly directory: string) {
    super();
    this.parts = new FilePartUploads(this.objects, this.folders);
  }

  /** Makes the folder if it is missing. */
  static async open(directory: string): Promise<FileBlobStore> {
    const store = new FileBlobStore(await makeRoot(directory));
    await store.makeFolder(store.objects);
    return store;
  }

  override async receive(
    bytes: AsyncIterable<Uint8Array>,
    signal: AbortSignal,
    sizeBytes?: number,
  ): Promise<Received> {
    const key = randomUUID();
    const chunks = abortable(bytes, signal);
    const received = await this.write(
      this.objectPath(key),
      sizeBytes === undefined ? chunks : exactly(chunks, sizeBytes),
    );
    failPoint('store.received');
    return { key, sizeBytes: received };
  }

  override async publish(received: Received, digest: string, index?: Uint8Array): Promise<void> {
    const blob = this.blobPath(digest);
    const object = this.objectPath(received.key);
    const there = (await this.stat(digest)) !== undefined;
    if (!there) await this.checkObject(received, digest);
    if (index !== undefined) await this.publishIndex(digest, index, there);
    failPoint('store.indexed');
    await this.makeFolder(dirname(blob));
    if (there) await rm(object, { force: true });
    else await this.move(received, digest);
    // Also when it was there: what is confirmed here must be durable, whoever moved it.
    await this.folders.sync(dirname(blob));
    failPoint('store.published');
  }

  override async readReceived(
    { key, sizeBytes }: Received,
    signal: AbortSignal,
    range: ByteRange = { start: 0, end: sizeBytes },
  ): Promise<Readable> {
    signal.throwIfAborted();
    const object = this.objectPath(key);
    checkRange(range, sizeBytes);
    if ((await stat(object).catch(ifMissing)) === undefined) throw new ReceivedMissing(key);
    return addAbortSignal(signal, new FileRange(object, range));
  }

  override async discard({ key }: Received): Promise<void> {
    await rm(this.objectPath(key), { force: true });
  }

  override async sweep(olderThan: Date): Promise<number> {
    const names = await readdir(this.objects);
    const swept = await Promise.all(names.map((name) => this.sweepOne(name, olderThan)));
    return swept.filter(Boolean).length;
  }

  override async stat(digest: string): Promise<StoredBlob | undefined> {
    const sizeBytes = sizeOf(this.blobPath(digest));
    return sizeBytes === undefined ? undefined : { digest, sizeBytes };
  }

  override async read(digest: string, signal: AbortSignal, range?: ByteRange): Promise<Readable> {
    signal.throwIfAborted();
    const blob = await this.stat(digest);
    if (blob === undefined) throw new BlobMissing(digest);
    const wanted = range ?? { start: 0, end: blob.sizeBytes };
    checkRange(wanted, blob.sizeBytes);
    return addAbortSignal(signal, new FileRange(this.blobPath(digest), wanted));
  }

  override async readIndex(digest: string): Promise<Uint8Array | undefined> {
    if ((await this.stat(digest)) === undefined) return undefined;
    return readFile(this.indexPath(digest)).catch(ifMissing);
  }

  override async check(signal: AbortSignal): Promise<StoreHealth> {
    await this.discard(await this.receive(only(Buffer.of(0)), signal));
    const { bavail, bsize } = await statfs(this.directory);
    return { freeBytes: bavail * bsize };
  }

  override describe(): string {
    return `file:${this.directory}`;
  }

  private async write(
    path: string,
    chunks: AsyncIterable<Uint8Array>,
    name: 'durable' | 'moved later' = 'durable',
  ): Promise<number> {
    try {
      const written = await writeNew(path, chunks);
      if (name === 'durable') await this.folders.sync(dirname(path));
      return written;
    } catch (error) {
      // What cannot be removed now is left to the sweep.
      await rm(path, { force: true }).catch(() => {});
      throw named(error, `writing ${path}`);
    }
  }

  private async publishIndex(digest: string, index: Uint8Array, there: boolean): Promise<void> {
    const path = this.indexPath(digest);
    if (there && (await stat(path).catch(ifMissing)) !== undefined) return;
    const unfinished = `${this.objectPath(randomUUID())}.index`;
    // Its name here is of no use to anybody: only the one that it is moved to has to last.
    await this.write(unfinished, only(index), 'moved later');
    await this.makeFolder(dirname(path));
    await rename(unfinished, path);
    await this.folders.sync(dirname(path));
  }

  /** Another publisher of the same upload may have moved it in the meantime: then the blob is there. */
  private async checkObject({ key, sizeBytes }: Received, digest: string): Promise<void> {
    const there = sizeOf(this.objectPath(key));
    if (there === undefined && (await this.stat(digest)) === undefined)
      throw new ReceivedMissing(key);
    if (there !== undefined && there !== sizeBytes)
      throw new BlobDamaged(`${there} of ${sizeBytes} received bytes ${key} are there`);
  }

  private async move(received: Received, digest: string): Promise<void> {
    try {
      await rename(this.objectPath(received.key), this.blobPath(digest));
    } catch (error) {
      ifMissing(error);
      await this.checkObject(received, digest);
    }
  }

  private async sweepOne(name: string, olderThan: Date): Promise<boolean> {
    const path = join(this.objects, name);
    const stats = await stat(path).catch(ifMissing);
    if (stats === undefined || stats.mtime >= olderThan) return false;
    await rm(path, { force: true });
    return true;
  }

  private makeFolder(path: string): Promise<void> {
    return this.folders.make(path, this.directory);
  }

  private get objects(): string {
    return join(this.directory, 'objects');
  }

  private objectPath(key: string): string {
    return join(this.objects, checkedKey(key));
  }

  private blobPath(digest: string): string {
    return this.pathOf('blobs', hexOf(digest));
  }

  private indexPath(digest: string): string {
    return this.pathOf('indexes', hexOf(digest));
  }

  private pathOf(kind: 'blobs' | 'indexes', hex: string): string {
    return join(this.directory, kind, 'sha256', hex.slice(0, 2), hex);
  }
}

/** Of a file, if it is there. To look at one name takes some microseconds, to ask a thread for it twenty times that. */
function sizeOf(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.size;
}

/** Immutable from its first byte on, also for its owner. */
async function writeNew(path: string, chunks: AsyncIterable<Uint8Array>): Promise<number> {
  await using file = await open(path, 'wx', 0o444);
  const written = await writeCoalesced(file, chunks);
  await file.sync();
  return written;
}

async function* only(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  yield bytes;
}
