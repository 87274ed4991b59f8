import { setTimeout as sleep } from 'node:timers/promises';

import { type BatchHandler, type BusRecord, Doorbell } from '@floe/messaging';

import { Waiting } from './waiting.ts';

const NET_MS = 60_000;
const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 1_000;
const BATCH_RECORDS = 100;
/** Between two commits while there is more to handle: so much of its work a dead member's successor does again. */
const COMMIT_REST_MS = 50;
const HIGH_WATER = { records: 1_000, bytes: 1024 * 1024 };
/** The next fetch is under way while the last half is handled. */
const LOW_WATER = { records: 500, bytes: 512 * 1024 };

export interface Reading {
  readonly handle: BatchHandler;
  readonly report: (error: unknown) => void;
  /** Commits the next offset to read; gives `false` when the partition may be another member's. */
  readonly commit: (nextOffset: bigint) => Promise<boolean>;
  /** Asks for more records, after `push` said that there are enough. */
  readonly resume: () => void;
}

/**
 * The records of one partition between the client, which must not wait, and the handler, which may take its time.
 * Bounded: `push` tells when the client is to pause. What is handled is committed beside what is handled next: at
 * once when nothing waits, else with what else was handled within 50 ms.
 */
export class PartitionQueue {
  /** Resolves when no handler runs any more. */
  readonly ended: Promise<void>;
  readonly #lost = new AbortController();
  readonly #arrived = new Doorbell();
  readonly #due = new Doorbell();
  readonly #drained = new Doorbell();
  readonly #waiting = new Waiting();
  #paused = false;
  #handled: bigint | undefined;
  #committed: bigint | undefined;

  /**
   * @param committed the next offset as far as it is known here
   * @param after what must have ended before: the partition's reader of an earlier epoch
   */
  constructor(
    private readonly reading: Reading,
    committed: bigint | undefined,
    after: Promise<void>,
  ) {
    this.#handled = committed;
    this.#committed = committed;
    this.ended = after.then(() => this.#persist((signal) => this.#handleNext(signal)));
    void this.#persist((signal) => this.#commitNext(signal));
  }

  /** The next offset, as far as it is known to be committed. */
  get committed(): bigint | undefined {
    return this.#committed;
  }

  /**
   * Gives `true` when the client is to pause the partition until it is asked to resume.
   * @param fetchedOffset where the fetch began: the first one of a new partition begins at what is committed
   */
  push(fetchedOffset: bigint, records: readonly BusRecord[]): boolean {
    this.#handled ??= fetchedOffset;
    this.#committed ??= fetchedOffset;
    this.#waiting.add(records);
    this.#arrived.ring();
    this.#paused ||= this.#isAbove(HIGH_WATER);
    return this.#paused;
  }

  /** Resolves when there is room for the next fetch, or after `ms`; gives whether the client is to pause still. */
  async isFull(ms: number): Promise<boolean> {
    const until = performance.now() + ms;
    for (let left = ms; this.#paused && left > 0; left = until - performance.now()) {
      await this.#drained.wait(left, this.#lost.signal);
      if (this.#lost.signal.aborted) break;
    }
    return this.#paused;
  }

  /** The partition is not ours any more: what waits is dropped, the running handler is told. */
  lose(): void {
    this.#waiting.clear();
    this.#lost.abort(new Error('the partition was given to another member'));
  }

  /** Takes one step after the other until the partition is lost; an error is reported and waited out. */
  async #persist(step: (signal: AbortSignal) => Promise<void>): Promise<void> {
    const { signal } = this.#lost;
    for (let pauseMs = FIRST_PAUSE_MS; !signal.aborted;) {
      try {
        await step(signal);
        pauseMs = FIRST_PAUSE_MS;
      } catch (error) {
        if (signal.aborted) return;
        this.reading.report(error);
        await sleep(pauseMs, undefined, { signal }).catch(() => {});
        pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS);
      }
    }
  }

  async #handleNext(signal: AbortSignal): Promise<void> {
    const records = this.#waiting.first(BATCH_RECORDS);
    const last = records.at(-1);
    if (last === undefined) return this.#arrived.wait(NET_MS, signal);
    await this.reading.handle(records, signal);
    if (!signal.aborted) this.#done(records.length, last.offset + 1n);
  }

  #done(count: number, nextOffset: bigint): void {
    const isFirst = this.#handled === this.#committed;
    this.#waiting.drop(count);
    this.#handled = nextOffset;
    if (isFirst || this.#waiting.length === 0) this.#due.ring();
    if (!this.#paused || this.#isAbove(LOW_WATER)) return;
    this.#paused = false;
    this.#drained.ring();
    this.reading.resume();
  }

  async #commitNext(signal: AbortSignal): Promise<void> {
    const next = this.#handled;
    if (next === undefined || next === this.#committed) return this.#due.wait(NET_MS, signal);
    if (!(await this.reading.commit(next))) return this.lose();
    this.#committed = next;
    if (this.#waiting.length > 0) await this.#due.wait(COMMIT_REST_MS, signal);
  }

  #isAbove({ records, bytes }: typeof HIGH_WATER): boolean {
    return this.#waiting.length > records || this.#waiting.bytes > bytes;
  }
}
