import type { ProofSource } from './proof-source.ts';

/** Bytes in the order in which they are given. */
export class GivenSource implements ProofSource {
  readonly #given: Uint8Array[] = [];

  get isBehind(): boolean {
    return this.#given.length > 0;
  }

  give(bytes: Uint8Array): void {
    this.#given.push(bytes);
  }

  /** Those of one `give`: each of them is told as read. */
  read(_: Buffer, take: (bytes: Uint8Array) => void): void {
    take(this.#given.shift() ?? Buffer.of());
  }

  close(): void {
    this.#given.length = 0;
  }
}
