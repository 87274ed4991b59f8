/** Gives memory for the next bytes of a layer: some, but no more than are left of it. */
export type Lend = (bytesLeft: number) => Uint8Array;

/** Fills chunks of lent memory, one after the other, up to the last byte of a layer. */
export class Filling {
  #left: number;
  readonly #lend: Lend;
  #chunk: Uint8Array | undefined;
  #filled = 0;
  #full: Uint8Array[] = [];

  constructor(sizeBytes: number, lend: Lend) {
    this.#left = sizeBytes;
    this.#lend = lend;
  }

  /** Where the next bytes go: room for at least one of them, and for no others. */
  room(bytes: number): Uint8Array {
    this.#chunk ??= this.#lend(this.#left);
    return this.#chunk.subarray(this.#filled, this.#filled + bytes);
  }

  /** So many bytes of the room were filled. */
  took(bytes: number): void {
    this.#filled += bytes;
    this.#left -= bytes;
    if (this.#chunk === undefined || this.#filled < this.#chunk.length) return;
    this.#full.push(this.#chunk);
    this.#chunk = undefined;
    this.#filled = 0;
  }

  /** Copies what lies elsewhere. */
  put(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length;) {
      const room = this.room(bytes.length - at);
      room.set(bytes.subarray(at, at + room.length));
      this.took(room.length);
      at += room.length;
    }
  }

  /** The chunks that are full by now, each given once. */
  takeFull(): readonly Uint8Array[] {
    if (this.#full.length === 0) return this.#full;
    const full = this.#full;
    this.#full = [];
    return full;
  }
}
