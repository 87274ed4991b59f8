/** Of a chunk of a large file. */
export const chunkBytes = 1024 * 1024;

const mostKept = 128;

/**
 * Memory for the chunks of large files, used again and again: the system gives fresh memory page by page, which costs
 * more than the reading. Who never releases what was lent costs only that: it is garbage then, as any other memory.
 */
export class ReadBuffers {
  readonly #free: ArrayBuffer[] = [];
  /** What is left of the chunk that parts are lent of. */
  #shared: Buffer<ArrayBuffer> | undefined;
  /** Of each buffer that is lent. */
  readonly #users = new WeakMap<ArrayBufferLike, number>();

  /** Belongs to one user, until released. */
  lend(): Buffer<ArrayBuffer> {
    const memory = this.#free.pop() ?? Buffer.allocUnsafeSlow(chunkBytes).buffer;
    this.#users.set(memory, 1);
    return Buffer.from(memory);
  }

  /** Memory of one user in a chunk that it shares with others: for files that are smaller than it. */
  lendPart(bytes: number): Buffer<ArrayBuffer> {
    if (this.#shared === undefined || this.#shared.length < bytes) {
      if (this.#shared !== undefined) this.release(this.#shared);
      this.#shared = this.lend();
    }
    const part = this.#shared.subarray(0, bytes);
    this.#shared = this.#shared.subarray(bytes);
    this.keep(part);
    return part;
  }

  /** Nobody else is lent it ever: for who keeps it without counting. */
  withdraw({ buffer }: Uint8Array): void {
    this.#users.delete(buffer);
  }

  /** One user more of a part of it; of other memory nothing is counted. */
  keep({ buffer }: Uint8Array): void {
    const users = this.#users.get(buffer);
    if (users !== undefined) this.#users.set(buffer, users + 1);
  }

  /** One user less; after the last one the memory is lent again. */
  release({ buffer }: Uint8Array): void {
    const users = this.#users.get(buffer);
    if (users === undefined || !(buffer instanceof ArrayBuffer)) return;
    if (users > 1) {
      this.#users.set(buffer, users - 1);
      return;
    }
    this.#users.delete(buffer);
    if (this.#free.length < mostKept) this.#free.push(buffer);
  }
}

/** Of all uploads of this process. */
export const readBuffers = new ReadBuffers();
