import { eventually, startPostgres } from '@floe/testing';
import { describe, expect, it } from 'vitest';

import { claimJobs } from './claim-jobs.ts';
import { LeaseLost } from './errors.ts';
import { effect, newJob, newJobs, TestProcess } from './test-process.ts';

const dead = { owner: 'dead', slots: 8, leaseMs: -1, maxDeaths: 20 };
const soon = { firstPauseMs: 1, longestPauseMs: 10 };

describe('Workers', () => {
  it('do each job once, however many of them race', async () => {
    await using postgres = await startPostgres();
    await using first = await TestProcess.open(postgres.url);
    const jobs = newJobs(400);

    await using running = new AsyncDisposableStack();
    for (let n = 0; n < 8; n += 1) {
      const process = running.use(await TestProcess.open(postgres.url));
      running.use(process.work({ run: async (job) => effect(job, 'done') }));
    }
    await first.enqueue(...jobs);

    const effects = await eventually(() => first.effects(jobs.length));
    expect(effects.map(({ id }) => id).toSorted()).toEqual(jobs.map(({ id }) => id).toSorted());
    expect(new Set(effects.map(({ fence }) => fence))).toEqual(new Set([1]));
  });

  it('drop what a late one did: the fence of its job has risen', async () => {
    await using postgres = await startPostgres();
    await using late = await TestProcess.open(postgres.url);
    await using other = await TestProcess.open(postgres.url);
    const job = newJob();
    const started = Promise.withResolvers<void>();
    const paused = Promise.withResolvers<void>();
    const lateWorkers = late.work({
      run: async (held) => {
        started.resolve();
        await paused.promise;
        return effect(held, 'late');
      },
    });
    await late.enqueue(job);
    await started.promise;

    const taken = Promise.withResolvers<void>();
    const lateIsOver = Promise.withResolvers<void>();
    await late.dataSource.query(`UPDATE job SET lease_until = now() - interval '1 s'`);
    other.work({
      run: async (held) => {
        taken.resolve();
        await lateIsOver.promise;
        return effect(held, 'in time');
      },
    });
    await taken.promise;
    paused.resolve();
    await late.dataSource.query(`SELECT 1`);
    await lateWorkers[Symbol.asyncDispose]();
    lateIsOver.resolve();

    await eventually(() => other.effects(1));
    expect(await other.effects(1)).toEqual([{ id: job.id, fence: 2, what: 'in time' }]);
  });

  it('take over from a dead process when its leases end, and count that as a death', async () => {
    await using postgres = await startPostgres();
    await using process = await TestProcess.open(postgres.url);
    const job = newJob();
    await process.enqueue(job);
    await claimJobs(dead, process.dataSource.manager);

    process.work({ run: async (held) => effect(held, 'done') });

    await eventually(() => process.effects(1));
    expect(await process.job(job.id)).toMatchObject({ state: 'done', deaths: 1, errors: 0 });
  });

  it('give a job up that ended the process too often', async () => {
    await using postgres = await startPostgres();
    await using process = await TestProcess.open(postgres.url);
    const job = newJob();
    await process.enqueue(job);
    await claimJobs(dead, process.dataSource.manager);

    process.work({ run: () => Promise.reject(new Error('not to be run')) }, { maxDeaths: 1 });

    const effects = await eventually(() => process.effects(1));
    expect(effects).toEqual([{ id: job.id, fence: 2, what: 'failed: deaths' }]);
    expect(process.errors).toEqual([]);
  });

  it('take the leases of a dead predecessor at once when they are the only ones', async () => {
    await using postgres = await startPostgres();
    await using process = await TestProcess.open(postgres.url);
    const job = newJob();
    await process.enqueue(job);
    await claimJobs({ ...dead, leaseMs: 3_600_000 }, process.dataSource.manager);

    process.work({ run: async (held) => effect(held, 'done') }, { sole: true });

    await eventually(() => process.effects(1));
    expect(await process.job(job.id)).toMatchObject({ state: 'done', fence: 2, deaths: 1 });
  });

  it('try again after an error, and fail the job after the last one', async () => {
    await using postgres = await startPostgres();
    await using process = await TestProcess.open(postgres.url);
    const job = newJob();
    let runs = 0;

    process.work(
      {
        run: async () => {
          runs += 1;
          throw new Error(`attempt ${runs}`);
        },
      },
      soon,
    );
    await process.enqueue(job);

    const effects = await eventually(() => process.effects(1));
    expect(effects).toEqual([{ id: job.id, fence: 3, what: 'failed: error' }]);
    expect(process.errors.map(String)).toEqual(
      ['attempt 1', 'attempt 2', 'attempt 3'].map((text) => `Error: ${text}`),
    );
  });

  it('keep nothing of a completion that fails, and run the job again', async () => {
    await using postgres = await startPostgres();
    await using process = await TestProcess.open(postgres.url);
    const job = newJob();

    process.work(
      {
        run: async (held) => async (tx) => {
          await effect(held, 'done')(tx);
          if (held.errors === 0) throw new Error('after the effect');
        },
      },
      soon,
    );
    await process.enqueue(job);

    const effects = await eventually(() => process.effects(1));
    expect(effects).toEqual([{ id: job.id, fence: 2, what: 'done' }]);
  });

  it('end a run at its deadline, even one that does not listen', async () => {
    await using postgres = await startPostgres();
    await using process = await TestProcess.open(postgres.url);
    const job = newJob({ deadlineMs: 50 });

    process.work({ run: () => Promise.withResolvers<never>().promise });
    await process.enqueue(job);

    const effects = await eventually(() => process.effects(1));
    expect(effects).toMatchObject([{ id: job.id, what: 'failed: deadline' }]);
  });

  it('count the deadline over all attempts', async () => {
    await using postgres = await startPostgres();
    await using process = await TestProcess.open(postgres.url);
    const job = newJob({ deadlineMs: 50 });

    process.work(
      { run: () => Promise.reject(new Error('again')) },
      { maxErrors: Infinity, firstPauseMs: 100 },
    );
    await process.enqueue(job);

    const effects = await eventually(() => process.effects(1));
    expect(effects).toMatchObject([{ id: job.id, what: 'failed: deadline' }]);
  });

  it('stop a run by themselves when its lease cannot be renewed', async () => {
    await using postgres = await startPostgres();
    await using process = await TestProcess.open(postgres.url);
    await using blocker = await TestProcess.open(postgres.url);
    const started = Promise.withResolvers<AbortSignal>();
    process.work(
      {
        run: (_job, signal) => {
          started.resolve(signal);
          return Promise.withResolvers<never>().promise;
        },
      },
      { leaseMs: 2_000 },
    );
    await process.enqueue(newJob());
    const signal = await started.promise;

    await blocker.dataSource.transaction(async (manager) => {
      await manager.query(`SELECT 1 FROM job FOR UPDATE`);
      await eventually(() => signal.aborted);
    });

    expect(signal.reason).toBeInstanceOf(LeaseLost);
  });

  it('give their leases back when they stop, uncounted', async () => {
    await using postgres = await startPostgres();
    await using process = await TestProcess.open(postgres.url);
    const job = newJob();
    const started = Promise.withResolvers<void>();
    const workers = process.work({
      run: () => {
        started.resolve();
        return Promise.withResolvers<never>().promise;
      },
    });
    await process.enqueue(job);
    await started.promise;

    await workers[Symbol.asyncDispose]();

    expect(await process.job(job.id)).toMatchObject({ state: 'waiting', errors: 0, deaths: 0 });
  });

  it('are woken by the workers of a process that has no free slot', async () => {
    await using postgres = await startPostgres();
    await using full = await TestProcess.open(postgres.url);
    await using idle = await TestProcess.open(postgres.url);
    const runs: string[] = [];
    const never = (name: string) => () => {
      runs.push(name);
      return Promise.withResolvers<never>().promise;
    };
    full.work({ run: never('full') }, { concurrency: 1 });
    idle.work({ run: never('idle') }, { concurrency: 1 });

    await full.enqueue(...newJobs(2));

    await eventually(() => runs.length === 2);
    expect(runs.toSorted()).toEqual(['full', 'idle']);
  });

  it('tell of their claims in the transaction that makes them', async () => {
    await using postgres = await startPostgres();
    await using process = await TestProcess.open(postgres.url);
    const job = newJob();

    process.work({
      claimed: async (jobs, tx) => {
        for (const held of jobs) await effect(held, `claimed ${held.fence}`)(tx);
      },
      run: async (held) => effect(held, 'done'),
    });
    await process.enqueue(job);

    const effects = await eventually(() => process.effects(2));
    expect(effects.map(({ what }) => what)).toEqual(['claimed 1', 'done']);
  });
});
