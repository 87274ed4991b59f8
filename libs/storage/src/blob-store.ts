import { Readable } from 'node:stream';

import type { PartUploads } from './part-uploads.ts';

/** Bytes in memory do not let anybody wait. */
const unhurried = new AbortController().signal;

/** A half-open range of bytes: `start` inclusive, `end` exclusive. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

export interface StoredBlob {
  readonly digest: string;
  readonly sizeBytes: number;
}

/** Bytes that are durable but proven by nobody: visible under no digest, swept when nobody publishes them. */
export interface Received {
  readonly key: string;
  readonly sizeBytes: number;
}

export interface StoreHealth {
  /** `undefined` where the store does not tell. */
  readonly freeBytes: number | undefined;
}

/**
 * Reads proven blobs; whatever it shows is complete and immutable.
 * Every method throws InvalidName for a digest that is none.
 */
export abstract class BlobReader {
  /** Gives `undefined` for a digest that is not there. */
  abstract stat(digest: string): Promise<StoredBlob | undefined>;

  /**
   * Streams the blob or a range of it, which must lie within its size (RangeError). The caller reads it to its end or
   * destroys it. Throws BlobMissing before the first byte; a stream that breaks off ends with an error, never early.
   */
  abstract read(digest: string, signal: AbortSignal, range?: ByteRange): Promise<Readable>;

  /** The bytes of the index that were published with the blob; `undefined` when it has none. */
  abstract readIndex(digest: string): Promise<Uint8Array | undefined>;
}

/** Takes bytes in: first durable, then, once the caller has proven their digest, visible. */
export abstract class BlobStore extends BlobReader {
  /** Another way in, for bytes that come in parts; what it gives at the end is published like all others. */
  abstract readonly parts: PartUploads;

  /**
   * Stores the bytes as they come and resolves when they are durable (fsynced). Chunks belong to the store from then
   * on: the source must not write to them again. An abort ends the source, too, even one that hangs.
   * Throws StoreFull when there is no room, WrongSize when `sizeBytes` was announced and other bytes came; whatever
   * goes wrong, nothing remains.
   */
  abstract receive(
    bytes: AsyncIterable<Uint8Array>,
    signal: AbortSignal,
    sizeBytes?: number,
  ): Promise<Received>;

  /**
   * Makes received bytes visible under their digest, durably; the index is there before the blob is.
   * The caller has proven the digest. A digest that is there already stays as it is, and the received bytes go; an
   * index is added where there was none. Publishing again what was published succeeds; else it throws ReceivedMissing.
   */
  abstract publish(received: Received, digest: string, index?: Uint8Array): Promise<void>;

  /**
   * Receives and publishes a blob that is held in memory; a store may do it with less writes. The bytes belong to the
   * store from then on. Throws StoreFull; whatever goes wrong, the blob is visible whole or nothing remains.
   */
  async put(bytes: Uint8Array, digest: string, index?: Uint8Array): Promise<void> {
    const isThere = (await this.stat(digest)) !== undefined;
    if (isThere && (index === undefined || (await this.readIndex(digest)) !== undefined)) return;
    const received = await this.receive(Readable.from([bytes]), unhurried, bytes.length);
    try {
      await this.publish(received, digest, index);
    } catch (error) {
      // Once the digest is visible the bytes may be its own: then they are left to the sweep.
      if ((await this.stat(digest)) === undefined) await this.discard(received);
      throw error;
    }
  }

  /**
   * Reads back received bytes, or a range of them, before they are published; as `read` does. Throws ReceivedMissing
   * before the first byte.
   */
  abstract readReceived(
    received: Received,
    signal: AbortSignal,
    range?: ByteRange,
  ): Promise<Readable>;

  /** Drops received bytes that will not be published; nothing happens when they are gone already. */
  abstract discard(received: Received): Promise<void>;

  /** Drops received bytes that have not grown since; gives how many. Published bytes stay. */
  abstract sweep(olderThan: Date): Promise<number>;

  /** Proves that the store takes bytes now; throws what hinders it. */
  abstract check(signal: AbortSignal): Promise<StoreHealth>;

  /** Where the bytes are, for a log line; without secrets. */
  abstract describe(): string;
}
