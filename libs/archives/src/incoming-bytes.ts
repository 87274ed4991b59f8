const NOTHING = Buffer.alloc(0);

/** A body read in the lengths that its reader asks for. Holds one chunk at a time, so a slow reader slows the sender. */
export class IncomingBytes {
  readonly #chunks: AsyncIterator<Uint8Array, unknown>;
  #chunk: Buffer = NOTHING;
  #offset = 0;
  #interruption: { readonly reason: unknown } | undefined;
  #waiting: ((reason: unknown) => void) | undefined;

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.#chunks = chunks[Symbol.asyncIterator]();
  }

  /** Of the next byte. */
  get offset(): number {
    return this.#offset;
  }

  /** The next `length` bytes, which stay to be read; fewer at the end. Allocates `length`: bound it first. */
  async peek(length: number): Promise<Buffer> {
    while (this.#chunk.length < length) {
      const more = await this.#pull();
      if (!more) break;
      this.#chunk = this.#chunk.length === 0 ? more : Buffer.concat([this.#chunk, more]);
    }
    return this.#chunk.subarray(0, length);
  }

  /** At least one byte and at most `most`; `undefined` at the end. */
  async some(most: number): Promise<Buffer | undefined> {
    if (this.#chunk.length === 0) {
      const more = await this.#pull();
      if (!more) return undefined;
      this.#chunk = more;
    }
    return this.#take(most);
  }

  /** The next `length` bytes; `undefined` when fewer are left. Allocates `length`: bound it first. */
  async exactly(length: number): Promise<Buffer | undefined> {
    if (this.#chunk.length >= length) return this.#take(length);
    const whole = Buffer.allocUnsafe(length);
    for (let filled = 0; filled < length;) {
      const bytes = await this.some(length - filled);
      if (!bytes) return undefined;
      whole.set(bytes, filled);
      filled += bytes.length;
    }
    return whole;
  }

  /** The next `length` bytes in pieces, or all that is left when it is less. */
  async *pieces(length: number): AsyncGenerator<Buffer, void, undefined> {
    for (let left = length; left > 0;) {
      const piece = await this.some(left);
      if (!piece) return;
      left -= piece.length;
      yield piece;
    }
  }

  /** False when fewer than `length` bytes were left. */
  async skip(length: number): Promise<boolean> {
    const end = this.#offset + length;
    while (this.#offset < end) if (!(await this.some(end - this.#offset))) return false;
    return true;
  }

  /** Gives back what was taken last. */
  unread(bytes: Buffer): void {
    this.#chunk = this.#chunk.length === 0 ? bytes : Buffer.concat([bytes, this.#chunk]);
    this.#offset -= bytes.length;
  }

  /** All that is left. */
  async *rest(): AsyncGenerator<Buffer, void, undefined> {
    yield* this.pieces(Infinity);
  }

  /** Tells a sender that does not hang that nothing more is wanted. */
  async close(): Promise<void> {
    await this.#chunks.return?.();
  }

  /** The reader that waits, or waits next, gets the reason thrown: a sender that hangs is not waited for. */
  interrupt(reason: unknown): void {
    this.#interruption ??= { reason };
    this.#waiting?.(reason);
  }

  #take(most: number): Buffer {
    const bytes = this.#chunk.subarray(0, most);
    this.#chunk = this.#chunk.subarray(bytes.length);
    this.#offset += bytes.length;
    return bytes;
  }

  async #pull(): Promise<Buffer | undefined> {
    for (;;) {
      const { done, value } = await this.#next();
      if (done) return undefined;
      if (value.length > 0) return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
    }
  }

  /** One rejection for the wait of the moment: racing each wait against one long promise would keep them all. */
  #next(): Promise<IteratorResult<Uint8Array, unknown>> {
    if (this.#interruption) throw this.#interruption.reason;
    const { promise, resolve, reject } =
      Promise.withResolvers<IteratorResult<Uint8Array, unknown>>();
    this.#waiting = reject;
    this.#chunks.next().then(resolve, reject);
    return promise;
  }
}
