import { type ByteRange, partRange, spend } from '@floe/storage';

import type { ReceivedParts, UploadSession } from '../domain/upload-session.ts';
import type { FedProof, ProvenLayer } from './layer-proofs.ts';
import { type Slab, SLAB_BYTES, Slabs } from './slabs.ts';

const READ_BACK_SLABS = 4;
const STUCK_MS = 60_000;

type Read = (range: ByteRange, signal: AbortSignal) => AsyncIterable<Uint8Array>;

/**
 * Proves an upload whose store shows nothing before it is whole: parts go from memory to the proof, in their order.
 * From the first part on whose bytes are not at hand the upload is read back.
 */
export class FedRun {
  usedAt = performance.now();
  /** Being stored here. */
  readonly #coming = new Set<number>();
  /** Stored here, ahead of the front. */
  readonly #ahead = new Map<number, readonly Slab[]>();
  #front = 1;
  /** The first part that will be read back: nothing from there on is kept. */
  #end = Infinity;

  constructor(
    private readonly session: UploadSession,
    readonly proof: FedProof,
    private readonly slabs: Slabs,
  ) {}

  /** A part begins to come. `received` are those that any process has taken. */
  comes(number: number, received: ReceivedParts): void {
    this.usedAt = performance.now();
    this.#coming.add(number);
    const isElsewhere = received.has(this.#front) && !this.#coming.has(this.#front);
    if (isElsewhere) this.endBefore(this.#front);
  }

  wants(number: number): boolean {
    return number < this.#end;
  }

  /** It is stored, and these bytes of it will not change. */
  stored(number: number, bytes: readonly Slab[]): void {
    this.usedAt = performance.now();
    this.#coming.delete(number);
    if (number < this.#front || number >= this.#end) return this.slabs.give(bytes);
    this.#ahead.set(number, bytes);
    for (;;) {
      const next = this.#ahead.get(this.#front);
      if (next === undefined) return;
      this.#ahead.delete(this.#front);
      this.#front += 1;
      for (const slab of next) this.proof.feed(slab, () => this.slabs.give([slab]));
    }
  }

  /** It does not come any more. */
  left(number: number): void {
    this.#coming.delete(number);
  }

  /** The proof gets nothing from this part on before the upload is whole. */
  endBefore(number: number): void {
    this.#end = Math.min(this.#end, number);
    for (const [ahead, slabs] of this.#ahead)
      if (ahead >= this.#end) {
        this.#ahead.delete(ahead);
        this.slabs.give(slabs);
      }
  }

  /** Whether each part that went to the proof is one of these. */
  hasOnly(numbers: ReadonlySet<number>): boolean {
    for (let number = 1; number < this.#front; number += 1) if (!numbers.has(number)) return false;
    return true;
  }

  /** All parts are stored: reads what the proof did not get. */
  async end(read: Read): Promise<ProvenLayer> {
    this.usedAt = Infinity;
    this.endBefore(this.#front);
    const stop = new AbortController();
    const { sizeBytes } = this.session;
    const start = this.#front === 1 ? 0 : partRange(this.session, this.#front - 1).end;
    const feeding =
      start < sizeBytes ? this.#feed(read({ start, end: sizeBytes }, stop.signal)) : undefined;
    try {
      await Promise.race([this.proof.failed, feeding]);
      return await this.proof.end();
    } finally {
      stop.abort();
      feeding?.catch(() => {});
    }
  }

  drop(): void {
    this.endBefore(this.#front);
    this.proof.drop();
  }

  /** Memory of its own: what others hold may wait for days. */
  async #feed(chunks: AsyncIterable<Uint8Array>): Promise<void> {
    const slabs = new Slabs(READ_BACK_SLABS * SLAB_BYTES);
    let slab: Slab | undefined;
    const flush = (): void => {
      const full = slab;
      slab = undefined;
      if (full !== undefined) this.proof.feed(full, () => slabs.give([full]));
    };
    for await (const chunk of chunks) {
      for (let at = 0; at < chunk.length;) {
        slab ??= (await slabs.take(1, STUCK_MS))?.[0];
        if (slab === undefined) throw new Error('the thread of proofs does not go on');
        at += slab.write(chunk.subarray(at));
        if (slab.isFull) flush();
      }
      spend(chunk);
    }
    flush();
  }
}
