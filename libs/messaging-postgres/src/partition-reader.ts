import { setTimeout as sleep } from 'node:timers/promises';

import {
  abortable,
  type BatchHandler,
  type BusRecord,
  Doorbell,
  type Together,
} from '@floe/messaging';

import type { Commit } from './commit-offset.ts';
import type { Owned } from './own-partitions.ts';
import type { Asked } from './read-records.ts';

/** The membership rings long before. */
const NET_MS = 60_000;
const PAUSE_MS = 1_000;
const FIRST_PAUSE_MS = 50;

export interface Reading {
  readonly read: (asked: Asked) => Promise<readonly BusRecord[]>;
  readonly commits: Together<Commit, boolean>;
  readonly group: string;
  readonly handle: BatchHandler;
  readonly report: (error: unknown) => void;
}

/** Reads one partition on, through failing queries and rejected batches, until it is stopped or fenced. */
export class PartitionReader {
  /** Resolves when no handler runs any more. */
  readonly ended: Promise<void>;
  readonly #bell = new Doorbell();
  /** No further batch is begun. */
  readonly #draining = new AbortController();
  /** The running batch is given up too. */
  readonly #lost = new AbortController();
  #head: bigint;
  #handled: bigint;
  #committed: bigint;

  constructor(
    private readonly reading: Reading,
    private readonly owned: Owned,
    head: bigint,
  ) {
    this.#head = head;
    this.#handled = owned.committed;
    this.#committed = owned.committed;
    this.ended = this.#run();
  }

  /** Tells where the partition ends now. */
  advance(head: bigint): void {
    if (head <= this.#head) return;
    this.#head = head;
    this.#bell.ring();
  }

  /** Begins no further batch; the running one is given up at once, or after `graceMs`. */
  stop(graceMs: number): void {
    this.#draining.abort();
    const giveUp = (): void => this.#lost.abort(new Error('the partition is given up'));
    if (graceMs === 0) giveUp();
    else {
      const timer = setTimeout(giveUp, graceMs);
      void this.ended.finally(() => clearTimeout(timer));
    }
  }

  async #run(): Promise<void> {
    let pauseMs = FIRST_PAUSE_MS;
    while (!this.#draining.signal.aborted) {
      try {
        if (!(await this.#step())) return;
        pauseMs = FIRST_PAUSE_MS;
      } catch (error) {
        if (this.#draining.signal.aborted) return;
        this.reading.report(error);
        await sleep(pauseMs, undefined, { signal: this.#draining.signal }).catch(() => {});
        pauseMs = Math.min(2 * pauseMs, PAUSE_MS);
      }
    }
  }

  /** Gives `false` when another member has the partition now. */
  async #step(): Promise<boolean> {
    const { read, handle } = this.reading;
    if (this.#committed < this.#handled && !(await this.#commit())) return false;
    if (this.#head <= this.#handled) {
      await this.#bell.wait(NET_MS, this.#draining.signal);
      return true;
    }
    const head = this.#head;
    const { topic, partition } = this.owned;
    const reading = read({ topic, partition, after: this.#handled });
    const records = await abortable(reading, this.#draining.signal);
    const last = records.at(-1);
    // Nothing behind it, though there was: swept away.
    if (last === undefined) {
      this.#handled = head;
      return true;
    }
    await handle(records, this.#lost.signal);
    this.#handled = last.offset;
    return this.#commit();
  }

  async #commit(): Promise<boolean> {
    // Also when the batch was given up and ended well: the epoch says whether the partition is still ours.
    const { commits, group } = this.reading;
    const { topic, partition, epoch } = this.owned;
    const offset = this.#handled;
    const ours = await commits.ask({ group, topic, partition, offset, epoch });
    if (ours) this.#committed = offset;
    return ours;
  }
}
