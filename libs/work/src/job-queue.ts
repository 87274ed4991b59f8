import type { Transaction } from '@floe/messaging';

import type { Job, NewJob } from './job.ts';

/** The jobs of a service that are not done yet. */
export interface QueueDepth {
  readonly waiting: number;
  readonly running: number;
  /** Age of the job that waits longest; 0 when none does. */
  readonly oldestWaitingMs: number;
  /** How far the oldest lease is past its end: somebody puts such jobs back within moments. */
  readonly leaseOverdueMs: number;
}

/** Takes work in, in the transaction of the fact that asks for it. */
export abstract class JobQueue<Payload = unknown> {
  /** A job whose id was enqueued before changes nothing, also when it is done. */
  abstract enqueue(job: NewJob<Payload>, tx: Transaction): Promise<void>;

  /**
   * Ends the job as cancelled unless it is done already; a running one is told and decides under its fence.
   * A cancel that comes before its job is remembered.
   */
  abstract requestCancel(id: string, tx: Transaction): Promise<void>;

  /**
   * For what runs write before their completions: gives the ids of those jobs whose fence still counts, and locks them
   * until the transaction ends.
   */
  abstract hold(
    jobs: readonly Pick<Job<Payload>, 'id' | 'fence' | 'traceparent'>[],
    tx: Transaction,
  ): Promise<ReadonlySet<string>>;

  abstract depth(): Promise<QueueDepth>;
}
