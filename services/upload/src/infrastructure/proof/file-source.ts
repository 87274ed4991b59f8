import { closeSync, openSync, readSync } from 'node:fs';

import type { ProofSource } from './proof-source.ts';

/** Before another proof has its turn. */
const TURN_BYTES = 4 * 1024 * 1024;

/** A file from its beginning on, as far as its bytes are there. */
export class FileSource implements ProofSource {
  readonly #file: string;
  #fd: number | undefined;
  #position = 0;
  #to = 0;

  constructor(file: string) {
    this.#file = file;
  }

  get isBehind(): boolean {
    return this.#position < this.#to;
  }

  /** The bytes up to here are there. */
  reach(to: number): void {
    this.#to = Math.max(this.#to, to);
  }

  /** Throws what the system says. */
  read(buffer: Buffer, take: (bytes: Uint8Array) => void): void {
    this.#fd ??= openSync(this.#file, 'r');
    for (const turn = Math.min(this.#to, this.#position + TURN_BYTES); this.#position < turn;) {
      const wanted = Math.min(buffer.length, turn - this.#position);
      const bytesRead = readSync(this.#fd, buffer, 0, wanted, this.#position);
      if (bytesRead === 0) throw new Error(`${this.#file} ends at byte ${this.#position}`);
      this.#position += bytesRead;
      take(buffer.subarray(0, bytesRead));
    }
  }

  close(): void {
    if (this.#fd !== undefined) closeSync(this.#fd);
    this.#fd = undefined;
  }
}
