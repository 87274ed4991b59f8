import { randomUUID } from 'node:crypto';
import { addAbortSignal, Readable } from 'node:stream';

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
import { checkedKey, checkRange } from '../names.ts';
import { blobKey, indexKey, markerKey, objectKey } from './keys.ts';
import { MultipartUpload } from './multipart-upload.ts';
import { objectRange } from './object-range.ts';
import { encodePointer, type Marker, parseMarker, parsePointer, type Pointer } from './records.ts';
import { parseS3Location, type S3Location } from './s3-location.ts';
import { S3Objects } from './s3-objects.ts';
import { S3PartUploads } from './s3-part-uploads.ts';
import { PART_BYTES, partsOf, sendParts } from './send-parts.ts';

/** A blob of at most so many bytes, with its index, lies in its pointer. */
const WITHIN_BYTES = 64 * 1024;

/** A request that nobody can abort has the deadlines of its attempts only. */
const unhurried = new AbortController().signal;

/**
 * Blobs in a bucket of any S3. `objects/<key>` holds bytes, written once; the small pointer under `blobs/` is written
 * after the proof and makes them a blob; `received/<key>` marks what has no pointer yet. A small blob that is put whole
 * lies in its pointer: it is there with one request, or it is not.
 */
export class S3BlobStore extends BlobStore {
  override readonly parts: S3PartUploads;
  private readonly objects: S3Objects;

  constructor(private readonly location: S3Location) {
    super();
    this.objects = new S3Objects(location);
    this.parts = new S3PartUploads(this.objects);
  }

  /** Of `s3://bucket?endpoint=…&region=…&pathStyle=true`; throws TypeError saying what is wrong with it. */
  static at(url: string, keys: Pick<S3Location, 'accessKey' | 'secretKey'>): S3BlobStore {
    return new S3BlobStore(parseS3Location(url, keys));
  }

  override async receive(
    bytes: AsyncIterable<Uint8Array>,
    signal: AbortSignal,
    sizeBytes?: number,
  ): Promise<Received> {
    const key = randomUUID();
    const chunks = abortable(bytes, signal);
    const parts = partsOf(sizeBytes === undefined ? chunks : exactly(chunks, sizeBytes));
    const received = await this.write(key, parts, signal);
    failPoint('s3-store.received');
    return { key, sizeBytes: received };
  }

  override async publish(received: Received, digest: string, index?: Uint8Array): Promise<void> {
    const { key, sizeBytes } = received;
    checkedKey(key);
    const there = await this.pointer(digest);
    if (there !== undefined) return this.join(there, received, digest, index);
    await this.checkObject(received);
    await this.mark(key, { digest });
    if (index !== undefined) await this.objects.put(indexKey(key), index, unhurried);
    failPoint('s3-store.indexed');
    const winner = await this.point(digest, { key, sizeBytes, index: index !== undefined });
    failPoint('s3-store.published');
    await this.join(winner, received, digest, index);
  }

  override async put(bytes: Uint8Array, digest: string, index?: Uint8Array): Promise<void> {
    if (bytes.length + (index?.length ?? 0) > WITHIN_BYTES) return super.put(bytes, digest, index);
    const whole = {
      bytes: bufferOf(bytes),
      sizeBytes: bytes.length,
      index: index && bufferOf(index),
    };
    const there = (await this.pointer(digest)) ?? (await this.point(digest, whole));
    await this.addIndex(there, digest, index);
  }

  override async readReceived(
    { key, sizeBytes }: Received,
    signal: AbortSignal,
    range: ByteRange = { start: 0, end: sizeBytes },
  ): Promise<Readable> {
    signal.throwIfAborted();
    checkRange(range, sizeBytes);
    if (range.start === range.end) return Readable.from([]);
    const answer = await this.objects.open(objectKey(checkedKey(key)), range, signal);
    if (answer === undefined) throw new ReceivedMissing(key);
    return addAbortSignal(signal, objectRange(answer, range, `received bytes ${key}`));
  }

  override async discard({ key }: Received): Promise<void> {
    checkedKey(key);
    await this.objects.remove(objectKey(key), unhurried);
    await this.objects.remove(indexKey(key), unhurried);
    await this.objects.remove(markerKey(key), unhurried);
  }

  override async sweep(olderThan: Date): Promise<number> {
    let swept = 0;
    for (const { key, modified } of await this.objects.list('received/', unhurried))
      if (modified < olderThan && (await this.sweepOne(key.slice('received/'.length), olderThan)))
        swept += 1;
    return swept;
  }

  override async stat(digest: string): Promise<StoredBlob | undefined> {
    const pointer = await this.pointer(digest);
    return pointer && { digest, sizeBytes: pointer.sizeBytes };
  }

  override async read(digest: string, signal: AbortSignal, range?: ByteRange): Promise<Readable> {
    signal.throwIfAborted();
    const pointer = await this.pointer(digest);
    if (pointer === undefined) throw new BlobMissing(digest);
    const wanted = range ?? { start: 0, end: pointer.sizeBytes };
    checkRange(wanted, pointer.sizeBytes);
    if (wanted.start === wanted.end) return Readable.from([]);
    if ('bytes' in pointer) return within(pointer.bytes, wanted, signal);
    const answer = await this.objects.open(objectKey(pointer.key), wanted, signal);
    if (answer === undefined) throw new BlobDamaged(`the object of blob ${digest} is missing`);
    return addAbortSignal(signal, objectRange(answer, wanted, `blob ${digest}`));
  }

  override async readIndex(digest: string): Promise<Uint8Array | undefined> {
    const pointer = await this.pointer(digest);
    if (!pointer?.index) return undefined;
    if ('bytes' in pointer) return pointer.index;
    return this.objects.get(indexKey(pointer.key), unhurried);
  }

  override async check(signal: AbortSignal): Promise<StoreHealth> {
    await this.discard(await this.receive(Readable.from([Buffer.of(0)]), signal));
    return { freeBytes: undefined };
  }

  override describe(): string {
    return `s3://${this.location.bucket} at ${this.location.endpoint.origin}`;
  }

  private async write(
    key: string,
    parts: AsyncGenerator<Buffer, void, undefined>,
    signal: AbortSignal,
  ): Promise<number> {
    try {
      signal.throwIfAborted();
      const first = await parts.next();
      if (first.done || first.value.length < PART_BYTES)
        return await this.writeWhole(key, first.value ?? Buffer.alloc(0), signal);
      return await this.writeInParts(key, following(first.value, parts), signal);
    } catch (error) {
      // What cannot be removed now is left to the sweep.
      await this.discard({ key, sizeBytes: 0 }).catch(() => {});
      throw error;
    } finally {
      await parts.return();
    }
  }

  private async writeWhole(key: string, bytes: Buffer, signal: AbortSignal): Promise<number> {
    await this.mark(key, {});
    await this.objects.put(objectKey(key), bytes, signal);
    return bytes.length;
  }

  private async writeInParts(
    key: string,
    parts: AsyncIterable<Buffer>,
    signal: AbortSignal,
  ): Promise<number> {
    const upload = await MultipartUpload.begin(this.objects, objectKey(key), signal);
    try {
      await this.mark(key, { uploadId: upload.id });
      const bytes = await sendParts(upload, parts, signal);
      await upload.complete(bytes, signal);
      return bytes;
    } catch (error) {
      await upload.abort(unhurried).catch(() => {});
      throw error;
    }
  }

  /** The blob is there: what it lacks is added, and what this upload has left besides it goes. */
  private async join(
    there: Pointer,
    received: Received,
    digest: string,
    index: Uint8Array | undefined,
  ): Promise<void> {
    await this.addIndex(there, digest, index);
    if ('key' in there && there.key === received.key)
      await this.objects.remove(markerKey(received.key), unhurried);
    else await this.discard(received);
  }

  private async addIndex(
    there: Pointer,
    digest: string,
    index: Uint8Array | undefined,
  ): Promise<void> {
    if (index === undefined || there.index) return;
    if ('key' in there) await this.objects.put(indexKey(there.key), index, unhurried);
    const pointer: Pointer =
      'key' in there ? { ...there, index: true } : { ...there, index: bufferOf(index) };
    await this.objects.put(blobKey(digest), encodePointer(pointer), unhurried);
  }

  private async checkObject({ key, sizeBytes }: Received): Promise<void> {
    const size = await this.objects.sizeOf(objectKey(key), unhurried);
    if (size === undefined) throw new ReceivedMissing(key);
    if (size !== sizeBytes)
      throw new BlobDamaged(`${size} of ${sizeBytes} received bytes ${key} are there`);
  }

  private async sweepOne(key: string, olderThan: Date): Promise<boolean> {
    const bytes = await this.objects.get(markerKey(key), unhurried);
    if (bytes === undefined) return false;
    const { uploadId, digest } = parseMarker(bytes, key);
    if (digest !== undefined && (await this.isOf(digest, key))) {
      await this.objects.remove(markerKey(key), unhurried);
      return false;
    }
    if (uploadId !== undefined) {
      const upload = MultipartUpload.of(this.objects, objectKey(key), uploadId);
      const grown = await upload.lastGrown(unhurried);
      if (grown !== undefined && grown >= olderThan) return false;
      // Parts that came for days may have become an object a moment ago.
      const [object] = await this.objects.list(objectKey(key), unhurried);
      if (object !== undefined && object.modified >= olderThan) return false;
      await upload.abort(unhurried);
    }
    await this.discard({ key, sizeBytes: 0 });
    return true;
  }

  private async isOf(digest: string, key: string): Promise<boolean> {
    const pointer = await this.pointer(digest);
    return pointer !== undefined && 'key' in pointer && pointer.key === key;
  }

  /** Gives the pointer that is there afterwards: the first one wins. */
  private async point(digest: string, pointer: Pointer): Promise<Pointer> {
    if (await this.objects.putIfAbsent(blobKey(digest), encodePointer(pointer), unhurried))
      return pointer;
    const winner = await this.pointer(digest);
    if (winner === undefined) throw new BlobDamaged(`the pointer of ${digest} came and went`);
    return winner;
  }

  private async pointer(digest: string): Promise<Pointer | undefined> {
    const bytes = await this.objects.get(blobKey(digest), unhurried);
    return bytes && parsePointer(bytes, digest);
  }

  private async mark(key: string, marker: Marker): Promise<void> {
    await this.objects.put(markerKey(key), JSON.stringify(marker), unhurried);
  }
}

function within(bytes: Buffer, { start, end }: ByteRange, signal: AbortSignal): Readable {
  return addAbortSignal(signal, Readable.from([bytes.subarray(start, end)], { objectMode: false }));
}

function bufferOf({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}

async function* following(
  first: Buffer,
  rest: AsyncIterable<Buffer>,
): AsyncGenerator<Buffer, void, undefined> {
  yield first;
  yield* rest;
}
