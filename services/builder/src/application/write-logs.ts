import { Transactions } from '@floe/outbox';
import { type Job, JobQueue } from '@floe/work';
import { Injectable, Logger } from '@nestjs/common';

import type { BuildTask } from '../domain/build-task.ts';
import type { LogLine } from '../domain/log-line.ts';
import { BuildLogs } from './build-logs.ts';
import { RunLog } from './run-log.ts';
import { TellBuild } from './tell-build.ts';

const BATCH_LINES = 100;
const BATCH_MS = 200;
const TRANSACTION_DEADLINE_MS = 10_000;

/** Writes the lines of this process's runs, those of all runs in one transaction: what came within 200 ms. */
@Injectable()
export class WriteLogs {
  readonly #open = new Map<RunLog, Job<BuildTask>>();
  #writing = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly transactions: Transactions,
    private readonly queue: JobQueue<BuildTask>,
    private readonly logs: BuildLogs,
    private readonly tell: TellBuild,
    private readonly report: Logger,
  ) {}

  async open(job: Job<BuildTask>): Promise<RunLog> {
    const last = job.fence === 1 ? 0 : await this.logs.last(job.id);
    const log = new RunLog(last, (waiting) => this.#due(waiting));
    this.#open.set(log, job);
    return log;
  }

  /** Waits for what is being written and gives the lines that are not: they belong to the transaction of the end. */
  async close(log: RunLog): Promise<readonly LogLine[]> {
    this.#open.delete(log);
    await this.#writing;
    const lines: LogLine[] = [];
    while (log.waiting > 0) lines.push(...log.take());
    return lines;
  }

  /** Under the fence: a late run writes no lines between those of its successor. */
  async write(
    written: readonly { readonly job: Job<BuildTask>; readonly lines: readonly LogLine[] }[],
  ): Promise<void> {
    await this.transactions.run(async (tx) => {
      const jobs = written.map(({ job }) => job);
      const held = await this.queue.hold(jobs, tx);
      for (const { job, lines } of written) {
        if (held.has(job.id)) await this.tell.logged(job.payload, lines, new Date(), tx);
      }
    }, AbortSignal.timeout(TRANSACTION_DEADLINE_MS));
  }

  #due(waiting: number): void {
    if (waiting >= BATCH_LINES) this.#flush();
    else this.#timer ??= setTimeout(() => this.#flush(), BATCH_MS);
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#writing = this.#writing.then(() => this.#writeOpen());
  }

  async #writeOpen(): Promise<void> {
    const taken = [...this.#open]
      .map(([log, job]) => ({ log, job, lines: log.take() }))
      .filter(({ lines }) => lines.length > 0);
    if (taken.length === 0) return;
    try {
      await this.write(taken);
    } catch (error) {
      for (const { log, lines } of taken) log.putBack(lines);
      this.report.warn('log lines delayed', { error });
    }
    for (const log of this.#open.keys()) if (log.waiting > 0) this.#due(0);
  }
}
