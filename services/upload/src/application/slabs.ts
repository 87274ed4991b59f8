export const SLAB_BYTES = 1024 * 1024;

/** A piece of memory that threads share; it belongs to one holder. */
export class Slab {
  #memory: Buffer | undefined;
  #filled = 0;

  /** What was written; it changes when the slab is somebody else's. */
  get bytes(): Uint8Array {
    return this.#memory?.subarray(0, this.#filled) ?? new Uint8Array();
  }

  get isFull(): boolean {
    return this.#filled === SLAB_BYTES;
  }

  /** Copies as much as there is room for; gives how many bytes. */
  write(bytes: Uint8Array): number {
    this.#memory ??= Buffer.from(new SharedArrayBuffer(SLAB_BYTES));
    const taken = bytes.subarray(0, SLAB_BYTES - this.#filled);
    const end = this.#filled + taken.length;
    // What `set` does to shared memory goes word by word and takes three times as long.
    if (taken.length > 0) this.#memory.fill(taken, this.#filled, end);
    this.#filled = end;
    return taken.length;
  }

  clear(): void {
    this.#filled = 0;
  }
}

interface Waiter {
  readonly count: number;
  readonly resolve: (slabs: Slab[] | undefined) => void;
}

/** Memory for bytes on their way to a proof, used again and again; it is made when it is written to first. */
export class Slabs {
  readonly #free: Slab[];
  readonly #waiting = new Set<Waiter>();

  constructor(mostBytes: number) {
    this.#free = Array.from({ length: Math.floor(mostBytes / SLAB_BYTES) }, () => new Slab());
  }

  /** Room for so many bytes, all of it, in the order of asking; `undefined` when there is none for so long. */
  async take(bytes: number, ms: number): Promise<Slab[] | undefined> {
    const { promise, resolve } = Promise.withResolvers<Slab[] | undefined>();
    const waiter = { count: Math.ceil(bytes / SLAB_BYTES), resolve };
    this.#waiting.add(waiter);
    this.#serve();
    if (!this.#waiting.has(waiter)) return promise;
    const timer = setTimeout(() => resolve(undefined), ms);
    const given = await promise;
    clearTimeout(timer);
    if (this.#waiting.delete(waiter)) this.#serve();
    return given;
  }

  /** Nobody reads them any more. */
  give(slabs: Iterable<Slab>): void {
    for (const slab of slabs) {
      slab.clear();
      this.#free.push(slab);
    }
    this.#serve();
  }

  /** Somebody may still read them: others are made in their place. */
  replace(slabs: readonly Slab[]): void {
    this.give(slabs.map(() => new Slab()));
  }

  #serve(): void {
    for (const waiter of this.#waiting) {
      if (waiter.count > this.#free.length) return;
      this.#waiting.delete(waiter);
      waiter.resolve(this.#free.splice(this.#free.length - waiter.count));
    }
  }
}
