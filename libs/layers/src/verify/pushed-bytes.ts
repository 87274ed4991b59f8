/** A reader that runs until it needs a further chunk, yields, and goes on when it was pushed. */
export type Reading<Result> = Generator<void, Result, void>;

/** Turns chunks of any length into the lengths that a reader asks for, holding one chunk at a time. */
export class PushedBytes {
  #chunk: Uint8Array = new Uint8Array();
  #ended = false;
  #offset = 0;

  /** Of the next byte, from the first one pushed. */
  get offset(): number {
    return this.#offset;
  }

  /** Only after the last chunk was read to its end. */
  push(chunk: Uint8Array): void {
    this.#chunk = chunk;
  }

  close(): void {
    this.#ended = true;
  }

  /** At least one byte and at most `most`, valid until the reader yields; `undefined` at the end. */
  *some(most: number): Reading<Uint8Array | undefined> {
    while (this.#chunk.length === 0) {
      if (this.#ended) return undefined;
      yield;
    }
    const bytes = this.#chunk.subarray(0, most);
    this.#chunk = this.#chunk.subarray(bytes.length);
    this.#offset += bytes.length;
    return bytes;
  }

  /** A copy of the next `length` bytes; `undefined` when fewer are left. Allocates `length`: bound it first. */
  *exactly(length: number): Reading<Buffer | undefined> {
    const whole = Buffer.allocUnsafe(length);
    for (let filled = 0; filled < length;) {
      const bytes = yield* this.some(length - filled);
      if (!bytes) return undefined;
      whole.set(bytes, filled);
      filled += bytes.length;
    }
    return whole;
  }
}
