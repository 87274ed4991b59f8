import type { Transaction } from '@floe/messaging';
import { afterwards, gather, type Gathering, managerOf } from '@floe/outbox';
import { traceparentOf } from '@floe/trace';
import type { DataSource } from 'typeorm';

import { enqueueJobs } from './enqueue-job.ts';
import { holdJobs } from './finish-job.ts';
import { JobQueue, type QueueDepth } from './job-queue.ts';
import type { Job, NewJob } from './job.ts';
import { notifyOthers } from './notify-others.ts';
import { requestCancel } from './request-cancel.ts';
import { follow } from './trace-of.ts';
import type { WorkBells } from './work-bells.ts';

export class PostgresJobQueue<Payload> extends JobQueue<Payload> {
  readonly #new: Gathering<NewJob<Payload>> = {
    write: async (jobs, tx) => {
      const enqueued = await enqueueJobs(jobs, managerOf(tx));
      const { claimable, upkeep } = this.bells;
      if (enqueued.some(({ cancelled }) => cancelled)) afterwards(tx, upkeep.ringer);
      if (enqueued.some(({ cancelled }) => !cancelled)) afterwards(tx, claimable.ringer);
    },
  };

  constructor(
    private readonly dataSource: DataSource,
    private readonly bells: WorkBells,
  ) {
    super();
  }

  override async enqueue(job: NewJob<Payload>, tx: Transaction): Promise<void> {
    const trace = tx.traces.get(job.id);
    gather(tx, this.#new, trace ? { ...job, traceparent: traceparentOf(trace) } : job);
  }

  override async requestCancel(id: string, tx: Transaction): Promise<void> {
    await requestCancel(id, managerOf(tx));
    await notifyOthers('upkeep', managerOf(tx));
    afterwards(tx, this.bells.upkeep.ringer);
  }

  override async hold(
    jobs: readonly Pick<Job<Payload>, 'id' | 'fence' | 'traceparent'>[],
    tx: Transaction,
  ): Promise<ReadonlySet<string>> {
    follow(jobs, tx);
    return new Set(await holdJobs(jobs, managerOf(tx)));
  }

  override async depth(): Promise<QueueDepth> {
    const rows: QueueDepth[] = await this.dataSource.query(
      `SELECT count(*) FILTER (WHERE state = 'waiting')::int AS waiting,
              count(*) FILTER (WHERE state = 'running')::int AS running,
              COALESCE(extract(epoch FROM now() - min(enqueued_at) FILTER (WHERE state = 'waiting')) * 1000, 0)::float8
                AS "oldestWaitingMs",
              GREATEST(extract(epoch FROM now() - min(lease_until)) * 1000, 0)::float8 AS "leaseOverdueMs"
         FROM job WHERE state IN ('waiting', 'running')`,
    );
    return rows[0] ?? { waiting: 0, running: 0, oldestWaitingMs: 0, leaseOverdueMs: 0 };
  }
}
