import type { ByteRange, Received } from './blob-store.ts';

/** Room for bytes that come in parts, in any order; visible to nobody. */
export interface PartUpload {
  readonly key: string;
  readonly sizeBytes: number;
  /** Of every part but the last, which is what remains. */
  readonly partSizeBytes: number;
}

/** A part on its way in. */
export interface PartBody {
  /** The first is 1. */
  readonly number: number;
  readonly bytes: AsyncIterable<Uint8Array>;
  /** Of all its bytes; a store that can compares what it has got. */
  readonly crc32: number;
}

/**
 * Takes bytes in parts. Which parts came is the caller's to remember, after `write` resolved: the store does not know
 * it after a restart. Every method throws InvalidName for a key that is none.
 */
export abstract class PartUploads {
  /** Gives a new upload, which takes no room before its first part. */
  abstract open(sizeBytes: number, partSizeBytes: number): Promise<PartUpload>;

  /**
   * Stores a part at its place and resolves when it is durable. Parts may be written at the same
   * time; one and the same part may not, and never after `finish` was called.
   * Throws StoreFull when there is no room, StoreAway when the same may succeed later, ReceivedMissing when the upload
   * is gone or finished, WrongSize when the source has other bytes than the part; whatever goes
   * wrong, the other parts stay, and the part can be written again.
   */
  abstract write(upload: PartUpload, part: PartBody, signal: AbortSignal): Promise<void>;

  /**
   * The local file that has each written part at its place, for a thread that reads back by itself; `undefined` where
   * parts can be read back only after `finish`.
   */
  abstract localFile(upload: PartUpload): string | undefined;

  /** All parts are written: gives them as received bytes, durable. Throws ReceivedMissing when they are gone. */
  abstract finish(upload: PartUpload): Promise<Received>;

  /** Drops all parts; nothing happens when there are none, or when they are published. */
  abstract abort(upload: PartUpload): Promise<void>;
}

export function partCount({ sizeBytes, partSizeBytes }: Omit<PartUpload, 'key'>): number {
  return Math.ceil(sizeBytes / partSizeBytes);
}

/** Where a part lies in the whole. Throws RangeError for a number that no part has. */
export function partRange(upload: Omit<PartUpload, 'key'>, number: number): ByteRange {
  if (!Number.isInteger(number) || number < 1 || number > partCount(upload))
    throw new RangeError(`there is no part ${number} of ${partCount(upload)}`);
  const start = (number - 1) * upload.partSizeBytes;
  return { start, end: Math.min(start + upload.partSizeBytes, upload.sizeBytes) };
}
