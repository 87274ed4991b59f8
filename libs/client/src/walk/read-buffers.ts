const chunkBytes = 1024 * 1024;

const mostKept = 128;

/**
 * Memory for the chunks of layers, used again and again: the system gives fresh memory page by page, which costs
 * more than the reading. Who never releases what was lent costs only that: it is garbage then, as any other memory.
 */
export class ReadBuffers {
  readonly #free: ArrayBuffer[] = [];
  /** Of each buffer that is lent. */
  readonly #users = new WeakMap<ArrayBufferLike, number>();

  /**
   * Belongs to one user, until released. Where fewer bytes are wanted it is memory of just so many, which is not used
   * again: many small layers may wait to be sent.
   */
  lend(wantedBytes = chunkBytes): Buffer<ArrayBuffer> {
    if (wantedBytes < chunkBytes) return Buffer.allocUnsafe(wantedBytes);
    const memory = this.#free.pop() ?? Buffer.allocUnsafeSlow(chunkBytes).buffer;
    this.#users.set(memory, 1);
    return Buffer.from(memory);
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
