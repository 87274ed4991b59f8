import type { Readable } from 'node:stream';

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

/** Reads proven blobs; whatever it shows is complete and immutable. */
export abstract class BlobReader {
  /** Gives `undefined` for a digest that is not there. */
  abstract stat(digest: string): Promise<StoredBlob | undefined>;

  /**
   * Streams the blob or a range of it, which must lie within its size.
   * Throws BlobMissing before the first byte; a stream that breaks off ends with an error, never early.
   */
  abstract read(digest: string, signal: AbortSignal, range?: ByteRange): Promise<Readable>;

  /** The bytes of the index that were published with the blob; `undefined` when it has none. */
  abstract readIndex(digest: string): Promise<Uint8Array | undefined>;
}

/** Takes bytes in: first durable, then, once the caller has proven their digest, visible. */
export abstract class BlobStore extends BlobReader {
  /**
   * Stores the bytes as they come and resolves when they are durable (fsynced).
   * Throws StoreFull when there is no room; whatever goes wrong, nothing remains.
   */
  abstract receive(bytes: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<Received>;

  /**
   * Makes received bytes visible under their digest, durably; the index is there before the blob is.
   * The caller has proven the digest. A digest that is there already stays as it is, and the received bytes go.
   */
  abstract publish(received: Received, digest: string, index?: Uint8Array): Promise<void>;

  /** Drops received bytes that will not be published. */
  abstract discard(received: Received): Promise<void>;
}
