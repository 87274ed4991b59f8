import { randomUUID } from 'node:crypto';

import { Doorbell, type Transaction } from '@floe/messaging';
import { managerOf, openDataSource, TypeOrmTransactions } from '@floe/outbox';
import type { DataSource } from 'typeorm';

import { AddTrace1767225600101 } from './add-trace.ts';
import { CreateWork1767225600100 } from './create-work.ts';
import type { Completion, Job, JobHandler, NewJob } from './job.ts';
import { PostgresJobQueue } from './postgres-job-queue.ts';
import { WorkBells } from './work-bells.ts';
import type { WorkersOptions } from './workers-options.ts';
import { Workers } from './workers.ts';

export interface Effect {
  readonly id: string;
  readonly fence: number;
  readonly what: string;
}

/** For tests: one of several processes of a service whose jobs leave rows in the table `effect`. */
export class TestProcess implements AsyncDisposable {
  readonly queue: PostgresJobQueue<string>;
  readonly errors: unknown[] = [];
  readonly #running = new AsyncDisposableStack();
  readonly #bells = new WorkBells();
  readonly #transactions: TypeOrmTransactions;

  private constructor(readonly dataSource: DataSource) {
    this.#running.defer(() => dataSource.destroy());
    this.#transactions = new TypeOrmTransactions(dataSource, new Doorbell());
    this.queue = new PostgresJobQueue(dataSource, this.#bells);
  }

  static async open(url: string): Promise<TestProcess> {
    const schema = { entities: [], migrations: [CreateWork1767225600100, AddTrace1767225600101] };
    const dataSource = await openDataSource(url, 'work', schema);
    await dataSource.query(
      `CREATE TABLE IF NOT EXISTS effect (position bigserial, id uuid, fence int, what text)`,
    );
    return new TestProcess(dataSource);
  }

  /** Works until it is disposed of, or the process is. */
  work(
    handler: Pick<JobHandler<string>, 'run'> & Partial<JobHandler<string>>,
    options: Partial<WorkersOptions> = {},
  ): AsyncDisposable {
    const parts = {
      dataSource: this.dataSource,
      transactions: this.#transactions,
      bells: this.#bells,
      report: (error: unknown) => void this.errors.push(error),
    };
    const workers = new Workers<string>(
      parts,
      { owner: randomUUID(), concurrency: 8, ...options },
      {
        cancelled: (job, tx) => effect(job, 'cancelled')(tx),
        failed: (job, { kind }, tx) => effect(job, `failed: ${kind}`)(tx),
        ...handler,
      },
    );
    return this.#running.use(workers.start());
  }

  enqueue(...jobs: readonly NewJob<string>[]): Promise<void> {
    return this.#transact(async (tx) => {
      for (const job of jobs) await this.queue.enqueue(job, tx);
    });
  }

  cancel(id: string): Promise<void> {
    return this.#transact((tx) => this.queue.requestCancel(id, tx));
  }

  /** What the jobs left, in its order, once there are `count` of them. */
  async effects(count: number): Promise<readonly Effect[] | false> {
    const rows: Effect[] = await this.dataSource.query(
      `SELECT id, fence, what FROM effect ORDER BY position`,
    );
    return rows.length >= count && rows;
  }

  async job(id: string): Promise<unknown> {
    const [row]: unknown[] = await this.dataSource.query(`SELECT * FROM job WHERE id = $1`, [id]);
    return row;
  }

  async stateOf(id: string): Promise<unknown> {
    return Object(await this.job(id)).state;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#running.disposeAsync();
  }

  #transact(work: (tx: Transaction) => Promise<void>): Promise<void> {
    return this.#transactions.run(work, AbortSignal.timeout(30_000));
  }
}

export function effect({ id, fence }: Job<string>, what: string): Completion {
  return async (tx) => {
    await managerOf(tx).query(`INSERT INTO effect (id, fence, what) VALUES ($1, $2, $3)`, [
      id,
      fence,
      what,
    ]);
  };
}

export function newJob(options: Partial<NewJob<string>> = {}): NewJob<string> {
  return { id: randomUUID(), team: 'demo', payload: 'work', ...options };
}

export function newJobs(count: number, team = 'demo'): readonly NewJob<string>[] {
  return Array.from({ length: count }, () => newJob({ team }));
}
