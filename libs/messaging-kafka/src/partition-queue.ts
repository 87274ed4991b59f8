import { setTimeout as sleep } from 'node:timers/promises';

import { type BatchHandler, type BusRecord, Doorbell } from '@floe/messaging';

import { sizeOf } from './records.ts';

const NET_MS = 60_000;
const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 1_000;
const BATCH_RECORDS = 100;
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
 * Bounded: `push` tells when the client is to pause.
 */
export class PartitionQueue {
  /** Resolves when no handler runs any more. */
  readonly ended: Promise<void>;
  readonly #lost = new AbortController();
  readonly #bell = new Doorbell();
  readonly #drained = new Doorbell();
  #waiting: BusRecord[] = [];
  #bytes = 0;
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
    this.ended = after.then(() => this.#run());
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
    this.#waiting.push(...records);
    this.#bytes += bytesOf(records);
    this.#bell.ring();
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
    this.#waiting = [];
    this.#bytes = 0;
    this.#lost.abort(new Error('the partition was given to another member'));
  }

  async #run(): Promise<void> {
    const { signal } = this.#lost;
    for (let pauseMs = FIRST_PAUSE_MS; !signal.aborted;) {
      try {
        if (!(await this.#step(signal))) return;
        pauseMs = FIRST_PAUSE_MS;
      } catch (error) {
        if (signal.aborted) return;
        this.reading.report(error);
        await sleep(pauseMs, undefined, { signal }).catch(() => {});
        pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS);
      }
    }
  }

  /**
   * Handles what is next while what was handled before is committed: a commit takes longer than a quick handler.
   * Gives `false` when the partition may be another member's.
   */
  async #step(signal: AbortSignal): Promise<boolean> {
    const records = this.#waiting.slice(0, BATCH_RECORDS);
    if (records.length === 0) {
      if (this.#handled !== this.#committed) return this.#commit();
      await this.#bell.wait(NET_MS, signal);
      return true;
    }
    const [handled, committed] = await Promise.allSettled([
      this.reading.handle(records, signal),
      this.#handled === this.#committed || this.#commit(),
    ]);
    if (handled.status === 'fulfilled' && !signal.aborted) this.#done(records);
    if (committed.status === 'rejected') throw committed.reason;
    if (handled.status === 'rejected') throw handled.reason;
    return committed.value && !signal.aborted;
  }

  #done(records: readonly BusRecord[]): void {
    const last = records.at(-1);
    if (last === undefined) return;
    this.#waiting.splice(0, records.length);
    this.#bytes -= bytesOf(records);
    this.#handled = last.offset + 1n;
    if (!this.#paused || this.#isAbove(LOW_WATER)) return;
    this.#paused = false;
    this.#drained.ring();
    this.reading.resume();
  }

  #isAbove({ records, bytes }: typeof HIGH_WATER): boolean {
    return this.#waiting.length > records || this.#bytes > bytes;
  }

  async #commit(): Promise<boolean> {
    const next = this.#handled;
    if (next === undefined || !(await this.reading.commit(next))) return false;
    this.#committed = next;
    return true;
  }
}

function bytesOf(records: readonly BusRecord[]): number {
  return records.reduce((sum, record) => sum + sizeOf(record), 0);
}
