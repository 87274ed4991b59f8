import { crc32 } from '@floe/crc32';

import { readBuffers } from '../walk/read-buffers.ts';

export interface ReadPart {
  /** The first is 1. */
  readonly number: number;
  readonly sizeBytes: number;
  /** Of 8 hexadecimal digits. */
  readonly crc32: string;
  /** Empty where nobody wants the bytes; else they are to be released. */
  readonly chunks: readonly Uint8Array[];
}

interface Wanted {
  readonly partSizeBytes: number;
  /** Called before the first byte of a part; false lets go of its bytes. */
  readonly keep: (number: number) => Promise<boolean>;
  readonly onBytes: (bytes: Uint8Array) => void;
}

/** Cuts a stream into parts without copying; every byte is read once, in order. */
export async function* readParts(
  source: AsyncIterable<Uint8Array>,
  { partSizeBytes, keep, onBytes }: Wanted,
): AsyncGenerator<ReadPart> {
  let part: PartReader | undefined;
  let number = 0;
  for await (const chunk of source) {
    onBytes(chunk);
    for (let at = 0; at < chunk.length;) {
      if (part === undefined) {
        number += 1;
        part = new PartReader(number, await keep(number));
      }
      const bytes = chunk.subarray(at, at + partSizeBytes - part.sizeBytes);
      part.add(bytes);
      at += bytes.length;
      if (part.sizeBytes < partSizeBytes) continue;
      yield part.read();
      part = undefined;
    }
    readBuffers.release(chunk);
  }
  if (part !== undefined) yield part.read();
}

class PartReader {
  sizeBytes = 0;
  #sum = 0;
  readonly #chunks: Uint8Array[] = [];

  constructor(
    private readonly number: number,
    private readonly isKept: boolean,
  ) {}

  add(bytes: Uint8Array): void {
    this.sizeBytes += bytes.length;
    this.#sum = crc32(bytes, this.#sum);
    if (!this.isKept) return;
    readBuffers.keep(bytes);
    this.#chunks.push(bytes);
  }

  read(): ReadPart {
    const { number, sizeBytes } = this;
    const sum = this.#sum.toString(16).padStart(8, '0');
    return { number, sizeBytes, crc32: sum, chunks: this.#chunks };
  }
}
