import { createHash } from 'node:crypto';

import type { PartState, Uploads, UploadState } from '../calls/uploads.ts';
import { FloeProblem } from '../transport/errors.ts';
import { pause } from '../transport/retry.ts';
import { readBuffers } from '../walk/read-buffers.ts';
import type { OutgoingBlob, SendOptions } from './blob-sender.ts';
import type { ByteBudget } from './byte-budget.ts';
import { type ReadPart, readParts } from './read-parts.ts';

/** The platform has other bytes in a part of this upload: it is of another blob. */
export class OtherBlob extends Error {
  override readonly name = 'OtherBlob';
}

/** What a part may be sent again for, beside what every call may. */
const damaged = new Set(['PART_CORRUPT', 'BODY_TRUNCATED']);
const mostDamages = 5;
/** Larger parts are not held back: several layers that did would want all memory. */
const mostHeldBytes = 16 * 1024 * 1024;
/** For so long a platform that has too much to do is asked again for one part. */
const patienceMs = 10 * 60_000;

/**
 * Sends the parts of one upload that are missing: reads the blob once, in order, hashes it meanwhile, and compares
 * what the platform has already.
 */
export class PartTransfer {
  readonly #hash = createHash('sha256');
  readonly #sending = new Set<Promise<void>>();
  readonly #stop = new AbortController();
  readonly #signal: AbortSignal;
  #isSame: boolean;
  #held: ReadPart | undefined;
  /** Memory of the part that is being read. */
  #readingBytes = 0;

  constructor(
    private readonly uploads: Uploads,
    private readonly upload: UploadState,
    private readonly memory: ByteBudget,
    private readonly options: SendOptions,
  ) {
    this.#signal = AbortSignal.any([options.signal, this.#stop.signal]);
    this.#isSame = upload.parts.every(({ state }) => state === 'missing');
  }

  /** Gives the digest of what was read. @throws OtherBlob, FloeProblem, and whatever the source throws */
  async run({ open }: OutgoingBlob): Promise<string> {
    try {
      for await (const part of this.#read(open())) this.#take(part);
      this.#sendHeld();
      await Promise.all(this.#sending);
    } catch (error) {
      // The first failure is the reason; what it stopped is waited for, so that nothing goes on behind the caller.
      const reason: unknown = this.#stop.signal.aborted ? this.#stop.signal.reason : error;
      this.#stop.abort(reason);
      await Promise.allSettled(this.#sending);
      this.#free(this.#held);
      this.memory.give(this.#readingBytes);
      this.options.signal.throwIfAborted();
      throw reason;
    }
    return `sha256:${this.#hash.digest('hex')}`;
  }

  #read(source: AsyncIterable<Uint8Array>): AsyncIterable<ReadPart> {
    return readParts(source, {
      partSizeBytes: this.upload.partSizeBytes,
      keep: async (number) => {
        const { state, sizeBytes } = this.#part(number);
        if (state === 'received') return false;
        await this.memory.take(sizeBytes, this.#signal);
        this.#readingBytes = sizeBytes;
        return true;
      },
      onBytes: (bytes) => {
        this.#signal.throwIfAborted();
        this.#hash.update(bytes);
      },
    });
  }

  #take(read: ReadPart): void {
    this.#readingBytes = 0;
    const part = this.#part(read.number);
    if (part.state === 'received') {
      if (part.crc32 !== read.crc32) throw new OtherBlob();
      this.#isSame = true;
      this.#sendHeld();
    } else if (this.#isSame || this.#held || read.sizeBytes > mostHeldBytes) {
      this.#sendHeld();
      this.#send(read);
    } else {
      // Before the first byte goes to an upload that somebody began, one part of it should be seen to be the same.
      this.#held = read;
    }
  }

  #sendHeld(): void {
    if (this.#held) this.#send(this.#held);
    this.#held = undefined;
  }

  #send(read: ReadPart): void {
    const sending = this.#put(read).finally(() => {
      this.#free(read);
      this.#sending.delete(sending);
    });
    this.#sending.add(sending);
    sending.catch((error: unknown) => this.#stop.abort(error));
  }

  async #put(read: ReadPart): Promise<void> {
    const part = this.#part(read.number);
    const until = performance.now() + patienceMs;
    for (let damages = 0; ;) {
      try {
        await this.uploads.put(part, read, { signal: this.#signal });
        // Not after a failure: the connection may have the bytes in hand still.
        for (const chunk of read.chunks) readBuffers.release(chunk);
        this.options.onSent(read.sizeBytes);
        return;
      } catch (error) {
        if (!(error instanceof FloeProblem)) throw error;
        if (error.code === 'PART_CONFLICT') throw new OtherBlob();
        const isBusy = error.status === 429 || error.status === 503;
        if (damaged.has(error.code)) damages += 1;
        else if (!isBusy || performance.now() > until) throw error;
        if (damages > mostDamages) throw error;
        await pause(error.retryAfterMs ?? 0, this.#signal);
      }
    }
  }

  #part(number: number): PartState {
    const part = this.upload.parts[number - 1];
    if (part === undefined)
      throw new Error(`the blob has more bytes than ${this.upload.sizeBytes}`);
    return part;
  }

  #free(part: ReadPart | undefined): void {
    if (part) this.memory.give(part.sizeBytes);
  }
}
