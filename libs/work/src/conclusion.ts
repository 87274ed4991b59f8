import { setTimeout as sleep } from 'node:timers/promises';

import { failPoint } from '@floe/fail-point';
import { DatabaseUnavailable, type Transaction } from '@floe/messaging';
import { managerOf, type Transactions } from '@floe/outbox';

import { Batches } from './batches.ts';
import { DeadlineExceeded, JobCancelled, LeaseLost, WorkersStopped } from './errors.ts';
import { finishJobs, giveBackJob, retryJob } from './finish-job.ts';
import type { Completion, FailureReason, JobHandler } from './job.ts';
import type { Lease } from './lease.ts';
import { notifyOthers } from './notify-others.ts';
import { follow } from './trace-of.ts';

const TRANSACTION_DEADLINE_MS = 10_000;
const DATABASE_PAUSE_MS = 500;

export interface RetryLimits {
  /** Attempts that may end by an error; the last one fails the job. */
  readonly maxErrors: number;
  /** The n-th pause is `firstPauseMs · 4ⁿ`, more or less a third, at most `longestPauseMs`. */
  readonly firstPauseMs: number;
  readonly longestPauseMs: number;
}

interface Ending<Payload> {
  readonly lease: Lease<Payload>;
  readonly completion: Completion;
}

/** Writes how a run ended, under its fence: whoever is late changes nothing. */
export class Conclusion<Payload> {
  readonly #finishes = new Batches<Ending<Payload>>(
    (endings) => this.#finishTogether(endings),
    ({ lease, completion }) => this.#finish(lease, completion),
    () => this.gatherMs(),
  );

  constructor(
    private readonly transactions: Transactions,
    private readonly handler: JobHandler<Payload>,
    private readonly limits: RetryLimits,
    private readonly gatherMs: () => number,
  ) {}

  /** A cancel that was requested before this transaction wins; one that comes later finds the job done. */
  async completed(lease: Lease<Payload>, completion: Completion): Promise<void> {
    await this.#finishes.add({ lease, completion });
    failPoint('work.finished');
  }

  async interrupted(lease: Lease<Payload>, error: unknown): Promise<void> {
    const { job } = lease;
    if (error instanceof LeaseLost) return;
    if (error instanceof WorkersStopped) {
      return this.#write(lease, async (tx) => {
        await giveBackJob(job, managerOf(tx));
        await notifyOthers('claimable', managerOf(tx));
      });
    }
    if (error instanceof JobCancelled) {
      return this.#finish(lease, (tx) => this.handler.cancelled(job, tx));
    }
    if (error instanceof DeadlineExceeded) return this.#fail(lease, { kind: 'deadline' });
    if (job.errors + 1 >= this.limits.maxErrors) return this.#fail(lease, { kind: 'error', error });
    const pauseMs = this.#pauseMs(job.errors);
    return this.#write(lease, (tx) => retryJob(job, pauseMs, managerOf(tx)));
  }

  #fail(lease: Lease<Payload>, reason: FailureReason): Promise<void> {
    return this.#finish(lease, (tx) => this.handler.failed(lease.job, reason, tx));
  }

  #finish(lease: Lease<Payload>, completion: Completion): Promise<void> {
    return this.#write(lease, (tx) => this.#end([{ lease, completion }], tx));
  }

  async #finishTogether(endings: readonly Ending<Payload>[]): Promise<void> {
    const signal = AbortSignal.timeout(TRANSACTION_DEADLINE_MS);
    await this.transactions.run((tx) => this.#end(endings, tx), signal);
  }

  async #end(endings: readonly Ending<Payload>[], tx: Transaction): Promise<void> {
    const jobs = endings.map(({ lease }) => lease.job);
    follow(jobs, tx);
    const finished = await finishJobs(jobs, managerOf(tx));
    const byFence = new Map(finished.map((job) => [`${job.id}/${job.fence}`, job]));
    for (const { lease, completion } of endings) {
      const { job } = lease;
      const row = byFence.get(`${job.id}/${job.fence}`);
      if (row === undefined) continue;
      await (row.cancelled ? this.handler.cancelled(job, tx) : completion(tx));
    }
  }

  /** Waits for a lost database while the lease holds. A COMMIT without an answer runs again and finds the job done. */
  async #write(lease: Lease<Payload>, work: (tx: Transaction) => Promise<void>): Promise<void> {
    for (;;) {
      try {
        return await this.transactions.run(work, AbortSignal.timeout(TRANSACTION_DEADLINE_MS));
      } catch (error) {
        if (!(error instanceof DatabaseUnavailable) || lease.isStale()) throw error;
      }
      await sleep(DATABASE_PAUSE_MS);
    }
  }

  #pauseMs(errors: number): number {
    const { firstPauseMs, longestPauseMs } = this.limits;
    const pause = Math.min(longestPauseMs, firstPauseMs * 4 ** Math.min(errors, 20));
    return pause * (2 / 3 + (Math.random() * 2) / 3);
  }
}
