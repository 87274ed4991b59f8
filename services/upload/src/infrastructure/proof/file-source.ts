import { closeSync, openSync, readSync } from 'node:fs';

import type { ProofSource } from './proof-source.ts';

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
  read(buffer: Buffer): Uint8Array {
    this.#fd ??= openSync(this.#file, 'r');
    const wanted = Math.min(buffer.length, this.#to - this.#position);
    const bytesRead = readSync(this.#fd, buffer, 0, wanted, this.#position);
    if (bytesRead === 0) throw new Error(`${this.#file} ends at byte ${this.#position}`);
    this.#position += bytesRead;
    return buffer.subarray(0, bytesRead);
  }

  close(): void {
    if (this.#fd !== undefined) closeSync(this.#fd);
    this.#fd = undefined;
  }
}
