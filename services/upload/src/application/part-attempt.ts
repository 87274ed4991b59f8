import { spend, WrongSize } from '@floe/storage';

import type { FedRun } from './fed-run.ts';
import type { FileRun } from './file-run.ts';
import type { Slab, Slabs } from './slabs.ts';

/** One attempt to store a part, which ends when it is disposed of. */
export interface PartAttempt extends AsyncDisposable {
  /** The bytes on their way to the store. */
  pass(bytes: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array>;
  /** They are durable, and the part counts. */
  stored(): void;
}

/** Into a file, which is read by the proof itself. */
export class FileAttempt implements PartAttempt {
  constructor(private readonly run: FileRun | undefined) {}

  pass(bytes: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
    return bytes;
  }

  stored(): void {
    this.run?.follow();
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}

interface Coming {
  readonly number: number;
  readonly sizeBytes: number;
  readonly run: FedRun | undefined;
  readonly slabs: Slabs;
  /** For its bytes; `undefined` where they are not kept. */
  readonly memory: readonly Slab[] | undefined;
  /** The last byte never left, so that the store cannot have it: the attempt does not count. */
  readonly withdraw: () => Promise<void>;
}

/** Into a store that shows nothing: keeps the bytes for the proof while they pass, and passes them in larger pieces. */
export class FedAttempt implements PartAttempt {
  #hasLeft = false;
  #isStored = false;

  constructor(private readonly coming: Coming) {}

  async *pass(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    const { memory } = this.coming;
    const passed = memory ? copied(bytes, memory) : bytes;
    let left = this.coming.sizeBytes;
    for await (const chunk of passed) {
      left -= chunk.length;
      this.#hasLeft ||= left <= 0;
      yield chunk;
    }
  }

  stored(): void {
    const { number, run, memory } = this.coming;
    this.#isStored = true;
    if (memory) run?.stored(number, memory);
    else run?.left(number);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#isStored) return;
    const { number, run, memory = [], slabs, withdraw } = this.coming;
    // The connection to the store may have them in hand still.
    slabs.replace(memory);
    run?.left(number);
    if (!this.#hasLeft) await withdraw();
  }
}

/** The same bytes, each slab once it is full. */
async function* copied(
  bytes: AsyncIterable<Uint8Array>,
  slabs: readonly Slab[],
): AsyncGenerator<Uint8Array> {
  const empty = slabs.values();
  let slab: Slab | undefined;
  for await (const chunk of bytes) {
    for (let at = 0; at < chunk.length;) {
      slab ??= empty.next().value;
      if (slab === undefined) throw new WrongSize('more bytes came than a part has');
      at += slab.write(chunk.subarray(at));
      if (!slab.isFull) continue;
      yield slab.bytes;
      slab = undefined;
    }
    spend(chunk);
  }
  if (slab !== undefined) yield slab.bytes;
}
