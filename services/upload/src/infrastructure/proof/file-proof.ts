import { createHash } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';

import { encodeIndex, LayerVerifier } from '@floe/layers';

/** Hashes and checks a file from its beginning on, as far as its bytes are there. */
export class FileProof {
  readonly #file: string;
  readonly #hash = createHash('sha256');
  readonly #verifier = new LayerVerifier();
  #fd: number | undefined;
  #position = 0;
  #to = 0;

  constructor(file: string) {
    this.#file = file;
  }

  get bytesDone(): number {
    return this.#position;
  }

  get isBehind(): boolean {
    return this.#position < this.#to;
  }

  /** The bytes up to here are there. */
  reach(to: number): void {
    this.#to = Math.max(this.#to, to);
  }

  /** Reads what fits into the buffer. Throws LayerInvalid, and what the system says. */
  step(buffer: Buffer): void {
    this.#fd ??= openSync(this.#file, 'r');
    const wanted = Math.min(buffer.length, this.#to - this.#position);
    const bytesRead = readSync(this.#fd, buffer, 0, wanted, this.#position);
    if (bytesRead === 0) throw new Error(`${this.#file} ends at byte ${this.#position}`);
    const bytes = buffer.subarray(0, bytesRead);
    this.#hash.update(bytes);
    this.#verifier.write(bytes);
    this.#position += bytesRead;
  }

  /** After the last byte. Throws LayerInvalid. */
  end(): { readonly digest: string; readonly index: Uint8Array<ArrayBuffer> } {
    const index = new Uint8Array(encodeIndex(this.#verifier.end()));
    return { digest: `sha256:${this.#hash.digest('hex')}`, index };
  }

  close(): void {
    if (this.#fd !== undefined) closeSync(this.#fd);
    this.#fd = undefined;
  }
}
