import { buffer } from 'node:stream/consumers';

import type { Spool } from '../spool/spool.ts';

/** The bytes of a zip, which are the first ones of a spool. */
export class SpooledBytes {
  constructor(
    private readonly spool: Spool,
    readonly sizeBytes: number,
  ) {}

  /** Of a range that is inside. Allocates `length`: bound it first. */
  read(start: number, length: number): Promise<Buffer> {
    return buffer(this.stream(start, length));
  }

  stream(start: number, length: number): AsyncGenerator<Uint8Array, void, undefined> {
    if (start < 0 || start + length > this.sizeBytes) throw new RangeError('outside of the zip');
    return this.spool.read({ offset: start, sizeBytes: length });
  }
}
