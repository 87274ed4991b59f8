import { setTimeout as sleep } from 'node:timers/promises';

import { failPoint } from '@floe/fail-point';
import { managerOf, type Transactions } from '@floe/outbox';
import { inTrace } from '@floe/trace';
import type { DataSource } from 'typeorm';

import { claimJobs } from './claim-jobs.ts';
import { Conclusion } from './conclusion.ts';
import { WorkersStopped } from './errors.ts';
import type { Completion, Job, JobHandler } from './job.ts';
import { Lease } from './lease.ts';
import { listen } from './listen.ts';
import { loop } from './loop.ts';
import { notifyOthers } from './notify-others.ts';
import { voidLeases } from './reap-leases.ts';
import { settled } from './settled.ts';
import { follow, traceOf } from './trace-of.ts';
import { Upkeep } from './upkeep.ts';
import type { WorkBells } from './work-bells.ts';
import { defaultOptions, type WorkersOptions } from './workers-options.ts';

const TRANSACTION_DEADLINE_MS = 10_000;
/** Other processes are told at most so often. */
const PASS_ON_MS = 100;
const FEW = 3;
const GATHER_MS = 4;

/** What the workers stand on. */
export interface WorkersParts {
  readonly dataSource: DataSource;
  readonly transactions: Transactions;
  readonly bells: WorkBells;
  /** Told each error of a run, with its job, and what went wrong between two jobs. */
  readonly report: (error: unknown, job?: Job<unknown>) => void;
}

/** Claims jobs of the service and runs several at a time, beside the workers of other processes. */
export class Workers<Payload> {
  readonly #options: WorkersOptions;
  readonly #conclusion: Conclusion<Payload>;
  readonly #upkeep: Upkeep<Payload>;
  readonly #leases = new Set<Lease<Payload>>();
  readonly #runs = new Set<Promise<void>>();
  #alone: boolean;
  #passedOnAt = -Infinity;
  #passLater: NodeJS.Timeout | undefined;

  constructor(
    private readonly parts: WorkersParts,
    options: Pick<WorkersOptions, 'owner' | 'concurrency'> & Partial<WorkersOptions>,
    private readonly handler: JobHandler<Payload>,
  ) {
    this.#options = { ...defaultOptions, ...options };
    this.#alone = this.#options.sole;
    this.#conclusion = new Conclusion(parts.transactions, handler, this.#options, () =>
      this.#gatherMs(),
    );
    this.#upkeep = new Upkeep(parts, handler, this.#options, this.#leases);
  }

  /** Disposing stops claiming, gives all leases back at once and waits until that is written. */
  start(): AsyncDisposable {
    const stop = new AbortController();
    const { bells, report } = this.parts;
    const loops = [
      loop(() => this.#fill(), bells.claimable, report, stop.signal),
      loop(() => this.#upkeep.step(), bells.upkeep, report, stop.signal),
    ];
    const watch = setInterval(() => {
      for (const lease of this.#leases) lease.loseWhenStale();
    }, this.#options.leaseMs / 10);
    const ears = this.#listen();
    return {
      [Symbol.asyncDispose]: async () => {
        stop.abort();
        await Promise.all(loops);
        clearTimeout(this.#passLater);
        for (const lease of this.#leases) lease.end(new WorkersStopped());
        await Promise.all(this.#runs);
        clearInterval(watch);
        await ears[Symbol.asyncDispose]();
      },
    };
  }

  async #fill(): Promise<void> {
    await this.#voidOthers();
    const gatherMs = this.#gatherMs();
    if (gatherMs > 0) await sleep(gatherMs);
    const slots = this.#options.concurrency - this.#leases.size;
    // What came is for others.
    if (slots <= 0) return this.#passOn();

    const sentAt = performance.now();
    const jobs = await this.#claim(slots);
    if (jobs.length > 0) failPoint('work.claimed');
    for (const job of jobs) this.#start(new Lease(job, this.#options.leaseMs, sentAt));
    if (jobs.length === slots) await this.#passOn();
  }

  /** There may be more than this process can take; it looks again when it is too early to say so once more. */
  async #passOn(): Promise<void> {
    if (this.#options.sole || this.#passLater) return;
    const restMs = this.#passedOnAt + PASS_ON_MS - performance.now();
    if (restMs > 0) {
      this.#passLater = setTimeout(() => {
        this.#passLater = undefined;
        this.parts.bells.claimable.ring();
      }, restMs);
      return;
    }
    this.#passedOnAt = performance.now();
    await notifyOthers('claimable', this.parts.dataSource.manager);
  }

  /** Under load a round trip for several jobs is worth more than a moment of each. */
  #gatherMs(): number {
    return this.#leases.size > FEW ? GATHER_MS : 0;
  }

  async #voidOthers(): Promise<void> {
    if (!this.#alone) return;
    await voidLeases(this.#options.owner, this.parts.dataSource.manager);
    this.#alone = false;
  }

  #claim(slots: number): Promise<readonly Job<Payload>[]> {
    const claim = { ...this.#options, slots };
    const { dataSource, transactions } = this.parts;
    if (!this.handler.claimed) return claimJobs(claim, dataSource.manager);
    return transactions.run(async (tx) => {
      const jobs = await claimJobs<Payload>(claim, managerOf(tx));
      follow(jobs, tx);
      if (jobs.length > 0) await this.handler.claimed?.(jobs, tx);
      return jobs;
    }, AbortSignal.timeout(TRANSACTION_DEADLINE_MS));
  }

  #start(lease: Lease<Payload>): void {
    this.#leases.add(lease);
    const trace = traceOf(lease.job);
    const run = inTrace(trace, () => this.#run(lease))
      .catch((error: unknown) => inTrace(trace, () => this.parts.report(error, lease.job)))
      .finally(() => {
        lease[Symbol.dispose]();
        this.#leases.delete(lease);
        this.#runs.delete(run);
        this.parts.bells.claimable.ring();
      });
    this.#runs.add(run);
  }

  async #run(lease: Lease<Payload>): Promise<void> {
    const { job, signal } = lease;
    let completion: Completion;
    try {
      completion = await settled(this.handler.run(job, signal), signal);
    } catch (error) {
      if (!signal.aborted) this.parts.report(error, job);
      return this.#conclusion.interrupted(lease, signal.aborted ? signal.reason : error);
    }
    await this.#conclusion.completed(lease, completion).catch((error: unknown) => {
      this.parts.report(error, job);
      return this.#conclusion.interrupted(lease, error);
    });
  }

  #listen(): AsyncDisposable {
    const { dataSource, bells } = this.parts;
    return listen(dataSource, (news) => {
      // Who is full claims when a run ends, and would only pass on what it was told.
      const isFull = this.#leases.size >= this.#options.concurrency;
      if (news === 'upkeep' || !isFull) bells[news].ring();
    });
  }
}
