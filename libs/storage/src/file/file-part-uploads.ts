import { randomUUID } from 'node:crypto';
import { constants, type FileHandle, open, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

import { abortable } from '../abortable.ts';
import type { Received } from '../blob-store.ts';
import { BlobDamaged, ReceivedMissing } from '../errors.ts';
import { exactly } from '../exactly.ts';
import { checkedKey } from '../names.ts';
import { partRange, type PartUpload, PartUploads } from '../part-uploads.ts';
import { ifMissing, named } from './file-errors.ts';
import type { Folders } from './folders.ts';
import { writeCoalesced } from './write-coalesced.ts';

const MINE_TO_WRITE = 0o600;
const IMMUTABLE = 0o444;

/**
 * One file for all parts of an upload, each written at its place: the file becomes the blob, no byte is copied. One
 * process at a time may write parts of an upload.
 */
export class FilePartUploads extends PartUploads {
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
    number: number,
    bytes: AsyncIterable<Uint8Array>,
    signal: AbortSignal,
  ): Promise<void> {
    const { start, end } = partRange(upload, number);
    const path = this.localFile(upload);
    try {
      await using file = await this.make(path, upload.sizeBytes);
      await writeCoalesced(file, exactly(abortable(bytes, signal), end - start), start);
      await Promise.all([file.datasync(), this.folders.sync(this.directory)]);
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
    return { key, sizeBytes };
  }

  override async abort(upload: PartUpload): Promise<void> {
    await rm(this.localFile(upload), { force: true });
  }

  /** The file in its full length, made by whichever part comes first; disk is taken as parts are written. */
  private async make(path: string, sizeBytes: number): Promise<FileHandle> {
    const file = await open(path, constants.O_RDWR | constants.O_CREAT, MINE_TO_WRITE);
    try {
      if ((await file.stat()).size !== sizeBytes) await file.truncate(sizeBytes);
      return file;
    } catch (error) {
      await file.close();
      throw error;
    }
  }
}
