import type { ArchiveLimits } from '../archive-limits.ts';
import { ArchiveRefused } from '../archive-refused.ts';
import { bytesOfEntry, type Listing } from './listing.ts';

const PACK = 'Pack the small files into fewer, such as a zip that the model reads.';
const HINTS: Partial<Record<keyof ArchiveLimits, string>> = {
  maxEntries: PACK,
  maxNameBytes: PACK,
};

/** Small archives may be of zeros. */
const FREE_BYTES = 10 * 1024 ** 2;

/** What is left of the limits. @throws ArchiveRefused `ARCHIVE_LIMIT` at the entry that takes too much, what `listing` throws */
export class Allowance {
  #entries = 0;
  #nameBytes = 0;
  #bytes = 0;

  constructor(
    private readonly limits: ArchiveLimits,
    private readonly listing?: Listing,
  ) {}

  takeEntry(name: string): void {
    this.#entries += 1;
    const nameBytes = Buffer.byteLength(name);
    this.#nameBytes += nameBytes;
    this.#check('maxEntries', this.#entries, name, 'entries in an archive');
    this.#check('maxNameBytes', this.#nameBytes, name, 'bytes in the names of an archive');
    this.listing?.grow(bytesOfEntry(nameBytes));
  }

  /** The same content; refuses an announced size before the first byte, another one while it grows. */
  file(
    name: string,
    content: AsyncIterable<Uint8Array>,
    sizeBytes: number | undefined,
  ): AsyncIterable<Uint8Array> {
    if (sizeBytes === undefined) return this.#measured(name, content);
    this.takeFile(name, sizeBytes);
    return content;
  }

  takeFile(name: string, sizeBytes: number): void {
    this.#checkFile(name, sizeBytes);
    this.#bytes += sizeBytes;
  }

  async *body(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
    let sizeBytes = 0;
    for await (const chunk of chunks) {
      sizeBytes += chunk.length;
      this.#check('maxBytes', sizeBytes, undefined, 'bytes in an archive');
      yield chunk;
    }
  }

  checkRatio(entry: string | undefined, packedBytes: number, inflatedBytes: number): void {
    const { maxRatio } = this.limits;
    if (inflatedBytes <= Math.max(FREE_BYTES, packedBytes * maxRatio)) return;
    throw new ArchiveRefused({
      code: 'ARCHIVE_LIMIT',
      entry,
      reason: `was reached when the archive had become more than the limit of ${maxRatio} times as long as it was sent`,
      hint: 'Send it uncompressed.',
      limit: 'maxRatio',
    });
  }

  async *#measured(
    name: string,
    content: AsyncIterable<Uint8Array>,
  ): AsyncGenerator<Uint8Array, void, undefined> {
    let sizeBytes = 0;
    for await (const chunk of content) {
      sizeBytes += chunk.length;
      this.#checkFile(name, sizeBytes);
      yield chunk;
    }
    this.#bytes += sizeBytes;
  }

  #checkFile(name: string, sizeBytes: number): void {
    this.#check('maxFileBytes', sizeBytes, name, 'bytes in a file');
    const sum = this.#bytes + sizeBytes;
    this.#check('maxBytes', sum, name, 'bytes in the files of an archive');
  }

  #check(limit: keyof ArchiveLimits, taken: number, entry: string | undefined, what: string): void {
    const most = this.limits[limit];
    if (taken <= most) return;
    throw new ArchiveRefused({
      code: 'ARCHIVE_LIMIT',
      entry,
      reason: `is above the limit of ${most} ${what}`,
      hint: HINTS[limit] ?? 'Send it with the command line, which has no such limit.',
      limit,
    });
  }
}
