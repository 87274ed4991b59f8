export const SLAB_BYTES = 1024 * 1024;

/** A piece of memory that threads share; it belongs to one holder. */
export class Slab {
  readonly #memory = new Uint8Array(new SharedArrayBuffer(SLAB_BYTES));
  #filled = 0;

  /** What was written; it changes when the slab is somebody else's. */
  get bytes(): Uint8Array {
    return this.#memory.subarray(0, this.#filled);
  }

  get isFull(): boolean {
    return this.#filled === SLAB_BYTES;
  }

  /** Copies as much as there is room for; gives how many bytes. */
  write(bytes: Uint8Array): number {
    const taken = bytes.subarray(0, SLAB_BYTES - this.#filled);
    this.#memory.set(taken, this.#filled);
    this.#filled += taken.length;
    return taken.length;
  }

  clear(): void {
    this.#filled = 0;
  }
}

/** Memory for bytes on their way to a proof, used again and again. */
export class Slabs {
  readonly #free: Slab[] = [];
  readonly #waiting = new Set<(slab: Slab | undefined) => void>();
  #unmade: number;

  constructor(mostBytes: number) {
    this.#unmade = Math.floor(mostBytes / SLAB_BYTES);
  }

  /** An empty one; `undefined` when all are held. */
  take(): Slab | undefined {
    const used = this.#free.pop();
    if (used !== undefined) return used;
    if (this.#unmade === 0) return undefined;
    this.#unmade -= 1;
    return new Slab();
  }

  /** An empty one, waited for if need be for so long. */
  takeWithin(ms: number): Promise<Slab | undefined> {
    const { promise, resolve } = Promise.withResolvers<Slab | undefined>();
    const timer = setTimeout(() => resolve(undefined), ms);
    this.#waiting.add(resolve);
    this.#serve();
    return promise.finally(() => {
      clearTimeout(timer);
      this.#waiting.delete(resolve);
    });
  }

  /** Nobody reads them any more. */
  give(slabs: Iterable<Slab>): void {
    for (const slab of slabs) {
      slab.clear();
      this.#free.push(slab);
    }
    this.#serve();
  }

  /** Somebody may still read so many of them: others are made in their place. */
  forget(count: number): void {
    this.#unmade += count;
    this.#serve();
  }

  #serve(): void {
    for (const resolve of this.#waiting) {
      const slab = this.take();
      if (slab === undefined) return;
      this.#waiting.delete(resolve);
      resolve(slab);
    }
  }
}
