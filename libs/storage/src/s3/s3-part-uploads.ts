import { randomUUID } from 'node:crypto';

import { abortable } from '../abortable.ts';
import type { Received } from '../blob-store.ts';
import { BlobDamaged, ReceivedMissing } from '../errors.ts';
import { exactly } from '../exactly.ts';
import { checkedKey } from '../names.ts';
import {
  type PartBody,
  partCount,
  partRange,
  type PartUpload,
  PartUploads,
} from '../part-uploads.ts';
import { indexKey, markerKey, objectKey } from './keys.ts';
import { MultipartUpload } from './multipart-upload.ts';
import { type Marker, parseMarker } from './records.ts';
import { S3Failure } from './s3-failure.ts';
import type { S3Objects } from './s3-objects.ts';

const MOST_KNOWN = 10_000;
const unhurried = new AbortController().signal;

/**
 * The parts are those of one S3 multipart upload, whose id stands in the marker: any process that shares the bucket
 * may write any part. S3 takes no part below 5 MiB but the last, and none above 5 GiB.
 */
export class S3PartUploads extends PartUploads {
  /** Each never changes; that an upload is gone is S3's to say. */
  private readonly uploadIds = new Map<string, string>();

  constructor(private readonly objects: S3Objects) {
    super();
  }

  override async open(sizeBytes: number, partSizeBytes: number): Promise<PartUpload> {
    const key = randomUUID();
    const multipart = await MultipartUpload.begin(this.objects, objectKey(key), unhurried);
    try {
      const marker: Marker = { uploadId: multipart.id };
      await this.objects.put(markerKey(key), JSON.stringify(marker), unhurried);
    } catch (error) {
      await multipart.abort(unhurried).catch(() => {});
      throw error;
    }
    return { key, sizeBytes, partSizeBytes };
  }

  /** Passes the bytes through, so nothing can be sent twice: a failure is the sender's to repeat. */
  override async write(
    upload: PartUpload,
    { number, bytes, crc32 }: PartBody,
    signal: AbortSignal,
  ): Promise<void> {
    const { start, end } = partRange(upload, number);
    const chunks = exactly(abortable(bytes, signal), end - start);
    try {
      const multipart = await this.multipart(upload);
      await multipart.pass(number, { bytes: chunks, sizeBytes: end - start }, crc32, signal);
    } catch (error) {
      if (isGone(error)) throw new ReceivedMissing(upload.key);
      throw error;
    } finally {
      await chunks.return();
    }
  }

  override localFile(): undefined {
    return undefined;
  }

  /** Again, or in two processes at once, it gives the same. */
  override async finish(upload: PartUpload): Promise<Received> {
    const { key, sizeBytes } = upload;
    const object = objectKey(checkedKey(key));
    if ((await this.objects.sizeOf(object, unhurried)) === sizeBytes) return { key, sizeBytes };
    try {
      const multipart = await this.multipart(upload);
      await multipart.adopt((sizes) => checkSizes(upload, sizes), unhurried);
      await multipart.complete(sizeBytes, unhurried);
    } catch (error) {
      if (!isGone(error) && !(error instanceof ReceivedMissing)) throw error;
      if ((await this.objects.sizeOf(object, unhurried)) !== sizeBytes)
        throw new ReceivedMissing(key);
    }
    return { key, sizeBytes };
  }

  /** Whose marker is gone or names a digest has been published, or is being so: its bytes are not touched. */
  override async abort({ key }: PartUpload): Promise<void> {
    const marker = await this.marker(key);
    if (marker === undefined || marker.digest !== undefined) return;
    if (marker.uploadId !== undefined)
      await MultipartUpload.of(this.objects, objectKey(key), marker.uploadId).abort(unhurried);
    await this.objects.remove(objectKey(key), unhurried);
    await this.objects.remove(indexKey(key), unhurried);
    await this.objects.remove(markerKey(key), unhurried);
  }

  private async multipart({ key }: PartUpload): Promise<MultipartUpload> {
    const uploadId = this.uploadIds.get(key) ?? (await this.marker(key))?.uploadId;
    if (uploadId === undefined) throw new ReceivedMissing(key);
    if (this.uploadIds.size >= MOST_KNOWN) this.uploadIds.clear();
    this.uploadIds.set(key, uploadId);
    return MultipartUpload.of(this.objects, objectKey(key), uploadId);
  }

  private async marker(key: string): Promise<Marker | undefined> {
    const bytes = await this.objects.get(markerKey(checkedKey(key)), unhurried);
    return bytes && parseMarker(bytes, key);
  }
}

function isGone(error: unknown): boolean {
  return error instanceof S3Failure && error.code === 'NoSuchUpload';
}

function checkSizes(upload: PartUpload, sizes: ReadonlyMap<number, number>): void {
  for (let number = 1; number <= partCount(upload); number += 1) {
    const { start, end } = partRange(upload, number);
    const there = sizes.get(number);
    if (there !== end - start)
      throw new BlobDamaged(
        `${there ?? 'none'} of ${end - start} bytes of part ${number} of ${upload.key} are there`,
      );
  }
}
