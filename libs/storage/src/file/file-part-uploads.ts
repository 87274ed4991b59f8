import { randomUUID } from 'node:crypto';
import { open, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

import { abortable } from '../abortable.ts';
import type { Received } from '../blob-store.ts';
import { BlobDamaged, ReceivedMissing } from '../errors.ts';
import { exactly } from '../exactly.ts';
import { checkedKey } from '../names.ts';
import { type PartBody, partRange, type PartUpload, PartUploads } from '../part-uploads.ts';
import { ifMissing, named } from './file-errors.ts';
import type { Folders } from './folders.ts';
import { PartFiles } from './part-files.ts';

const IMMUTABLE = 0o444;
const MOST_NAMED = 10_000;

/**
 * One file for all parts of an upload, each written at its place: the file becomes the blob, no byte is copied. One
 * process at a time may write parts of an upload.
 */
export class FilePartUploads extends PartUploads {
  private readonly files = new PartFiles();
  private readonly named = new Set<string>();

  constructor(
    private readonly directory: string,
    private readonly folders: Folders,
  ) {
    super();
  }

  override async open(sizeBytes: number, partSizeBytes: number): Promise<PartUpload> {
    return { key: randomUUID(), sizeBytes, partSizeBytes };
  }

  override async write(
    upload: PartUpload,
    { number, bytes }: PartBody,
    signal: AbortSignal,
  ): Promise<void> {
    const { start, end } = partRange(upload, number);
    const path = this.localFile(upload);
    try {
      const chunks = exactly(abortable(bytes, signal), end - start);
      await this.files.write(path, upload.sizeBytes, chunks, start);
      await this.name(upload);
    } catch (error) {
      throw named(error, `writing part ${number} of ${path}`);
    }
  }

  override localFile({ key }: PartUpload): string {
    return join(this.directory, checkedKey(key));
  }

  override async finish(upload: PartUpload): Promise<Received> {
    const { key, sizeBytes } = upload;
    const path = this.localFile(upload);
    const stats = await stat(path).catch(ifMissing);
    if (stats === undefined) throw new ReceivedMissing(key);
    if (stats.size !== sizeBytes)
      throw new BlobDamaged(`${stats.size} of ${sizeBytes} bytes in parts ${key} are there`);
    await using file = await open(path, 'r');
    await file.chmod(IMMUTABLE);
    await file.sync();
    this.named.delete(key);
    return { key, sizeBytes };
  }

  override async abort(upload: PartUpload): Promise<void> {
    this.named.delete(upload.key);
    await rm(this.localFile(upload), { force: true });
  }

  /** Whose name this process has made durable needs no fsync of the folder any more. */
  private async name({ key }: PartUpload): Promise<void> {
    if (this.named.has(key)) return;
    await this.folders.sync(this.directory);
    if (this.named.size >= MOST_NAMED) this.named.clear();
    this.named.add(key);
  }
}
