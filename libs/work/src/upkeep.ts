import { managerOf, type Transactions } from '@floe/outbox';
import type { DataSource } from 'typeorm';

import { endDoomed } from './end-doomed.ts';
import { JobCancelled, LeaseLost } from './errors.ts';
import type { JobHandler } from './job.ts';
import type { Lease } from './lease.ts';
import { reapLeases } from './reap-leases.ts';
import { renewLeases } from './renew-leases.ts';
import { follow } from './trace-of.ts';
import type { WorkBells } from './work-bells.ts';

const TRANSACTION_DEADLINE_MS = 10_000;

interface Parts {
  readonly dataSource: DataSource;
  readonly transactions: Transactions;
  readonly bells: WorkBells;
}

/** Keeps this process's leases alive, puts the jobs of dead processes back, and ends what must not run any more. */
export class Upkeep<Payload> {
  constructor(
    private readonly parts: Parts,
    private readonly handler: JobHandler<Payload>,
    private readonly limits: { readonly leaseMs: number; readonly maxDeaths: number },
    private readonly leases: ReadonlySet<Lease<Payload>>,
  ) {}

  async step(): Promise<void> {
    await this.#renew();
    const reaped = await reapLeases(this.parts.dataSource.manager);
    if (reaped > 0) this.parts.bells.claimable.ring();
    while (await this.#endDoomed());
  }

  /** Also how a running job hears of its cancel. */
  async #renew(): Promise<void> {
    const held = [...this.leases];
    if (held.length === 0) return;
    const sentAt = performance.now();
    const jobs = held.map(({ job }) => job);
    const renewed = await renewLeases(jobs, this.limits.leaseMs, this.parts.dataSource.manager);
    const byFence = new Map(renewed.map((lease) => [`${lease.id}/${lease.fence}`, lease]));
    for (const lease of held) {
      const { id, fence } = lease.job;
      const found = byFence.get(`${id}/${fence}`);
      if (found === undefined) lease.end(new LeaseLost());
      else lease.renewed(sentAt);
      if (found?.cancelled) lease.end(new JobCancelled());
    }
  }

  /** One job a transaction, so that one that cannot be ended holds no other back for long. */
  #endDoomed(): Promise<boolean> {
    const { transactions } = this.parts;
    return transactions.run(async (tx) => {
      const doomed = await endDoomed<Payload>(this.limits.maxDeaths, managerOf(tx));
      if (doomed === undefined) return false;
      const { job, why } = doomed;
      follow([job], tx);
      await (why === 'cancelled'
        ? this.handler.cancelled(job, tx)
        : this.handler.failed(job, { kind: why }, tx));
      return true;
    }, AbortSignal.timeout(TRANSACTION_DEADLINE_MS));
  }
}
