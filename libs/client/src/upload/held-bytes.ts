/** Memory for layers between their hashing and their sending, so that small ones are read once. */
export class HeldBytes {
  #free: number;

  constructor(
    bytes: number,
    private readonly mostOfOne: number,
  ) {
    this.#free = bytes;
  }

  /** Whether so many bytes may be kept; they count until they are given back. */
  take(bytes: number): boolean {
    if (bytes > this.mostOfOne || bytes > this.#free) return false;
    this.#free -= bytes;
    return true;
  }

  give(bytes: number): void {
    this.#free += bytes;
  }
}
