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
  /** Whether the run can do with its bytes. */
  readonly isWanted: boolean;
  readonly slabs: Slabs;
  /** Memory for some bytes more; `undefined` when there is none. */
  readonly take: () => Promise<Slab | undefined>;
  /** The last byte never left, so that the store cannot have it: the attempt does not count. */
  readonly withdraw: () => Promise<void>;
}

/** Into a store that shows nothing: keeps the bytes for the proof while they pass, and passes them in larger pieces. */
export class FedAttempt implements PartAttempt {
  readonly #kept: Slab[] = [];
  #isKept: boolean;
  #hasLeft = false;
  #isStored = false;

  constructor(private readonly coming: Coming) {
    this.#isKept = coming.isWanted;
  }

  async *pass(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    let left = this.coming.sizeBytes;
    let slab: Slab | undefined;
    for await (const chunk of bytes) {
      left -= chunk.length;
      this.#hasLeft ||= left <= 0;
      for (let at = 0; at < chunk.length;) {
        slab ??= await this.#next();
        if (slab === undefined) {
          yield chunk.subarray(at);
          break;
        }
        at += slab.write(chunk.subarray(at));
        if (!slab.isFull) continue;
        yield slab.bytes;
        slab = undefined;
      }
    }
    if (slab !== undefined) yield slab.bytes;
  }

  stored(): void {
    this.#isStored = true;
    this.coming.run?.stored(this.coming.number, this.#isKept ? this.#kept : undefined);
    if (!this.#isKept) this.coming.slabs.give(this.#kept);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#isStored) return;
    // The connection to the store may have them in hand still.
    this.coming.slabs.forget(this.#kept.length);
    this.coming.run?.failed(this.coming.number);
    if (!this.#hasLeft) await this.coming.withdraw();
  }

  async #next(): Promise<Slab | undefined> {
    if (!this.#isKept) return undefined;
    const slab = await this.coming.take();
    if (slab === undefined) this.#isKept = false;
    else this.#kept.push(slab);
    return slab;
  }
}
