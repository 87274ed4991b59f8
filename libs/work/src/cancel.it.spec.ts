import { setTimeout as sleep } from 'node:timers/promises';

import { eventually, startPostgres } from '@floe/testing';
import { describe, expect, it } from 'vitest';

import { JobCancelled } from './errors.ts';
import { effect, newJob, newJobs, TestProcess } from './test-process.ts';

describe('a cancel', () => {
  it('ends a waiting job though no worker is free', async () => {
    await using postgres = await startPostgres();
    await using process = await TestProcess.open(postgres.url);
    const started = Promise.withResolvers<void>();
    process.work(
      {
        run: () => {
          started.resolve();
          return Promise.withResolvers<never>().promise;
        },
      },
      { concurrency: 1 },
    );
    await process.enqueue(newJob());
    await started.promise;
    const waiting = newJob();
    await process.enqueue(waiting);

    await process.cancel(waiting.id);

    const effects = await eventually(() => process.effects(1));
    expect(effects).toMatchObject([{ id: waiting.id, what: 'cancelled' }]);
  });

  it('reaches a running job', async () => {
    await using postgres = await startPostgres();
    await using process = await TestProcess.open(postgres.url);
    const job = newJob();
    const started = Promise.withResolvers<AbortSignal>();
    process.work({
      run: (_job, signal) => {
        started.resolve(signal);
        return Promise.withResolvers<never>().promise;
      },
    });
    await process.enqueue(job);
    const signal = await started.promise;

    await process.cancel(job.id);

    await eventually(() => process.effects(1));
    expect(signal.reason).toBeInstanceOf(JobCancelled);
    expect(await process.effects(1)).toMatchObject([{ id: job.id, what: 'cancelled' }]);
  });

  it('that no worker heard of still comes before the end that follows it', async () => {
    await using postgres = await startPostgres();
    await using process = await TestProcess.open(postgres.url);
    const job = newJob();
    const started = Promise.withResolvers<void>();
    const cancelled = Promise.withResolvers<void>();
    process.work({
      run: async (held) => {
        started.resolve();
        await cancelled.promise;
        return effect(held, 'done');
      },
    });
    await process.enqueue(job);
    await started.promise;

    await process.dataSource.query(`UPDATE job SET cancel_requested_at = now()`);
    cancelled.resolve();

    const effects = await eventually(() => process.effects(1));
    expect(effects).toMatchObject([{ id: job.id, what: 'cancelled' }]);
  });

  it('that comes before its job is remembered', async () => {
    await using postgres = await startPostgres();
    await using process = await TestProcess.open(postgres.url);
    const job = newJob();
    process.work({ run: async (held) => effect(held, 'done') });

    await process.cancel(job.id);
    await process.enqueue(job);

    const effects = await eventually(() => process.effects(1));
    expect(effects).toMatchObject([{ id: job.id, what: 'cancelled' }]);
  });

  it('changes nothing when the job is done', async () => {
    await using postgres = await startPostgres();
    await using process = await TestProcess.open(postgres.url);
    const job = newJob();
    process.work({ run: async (held) => effect(held, 'done') });
    await process.enqueue(job);
    await eventually(() => process.effects(1));

    await process.cancel(job.id);
    await process.enqueue(job);

    expect(await process.effects(1)).toMatchObject([{ id: job.id, what: 'done' }]);
    expect(await process.job(job.id)).toMatchObject({ state: 'done', cancel_requested_at: null });
  });

  it('at any moment leaves one winner', async () => {
    await using postgres = await startPostgres();
    await using process = await TestProcess.open(postgres.url);
    const jobs = newJobs(50);
    process.work({
      run: async (held) => {
        await sleep(Math.random() * 20);
        return effect(held, 'done');
      },
    });

    await Promise.all(
      jobs.map(async (job, n) => {
        if (n === 0) await process.cancel(job.id);
        await process.enqueue(job);
        if (n === 1) await eventually(async () => (await process.stateOf(job.id)) === 'done');
        await sleep(Math.random() * 60);
        await process.cancel(job.id);
      }),
    );

    const effects = await eventually(() => process.effects(jobs.length));
    expect(effects.map(({ id }) => id).toSorted()).toEqual(jobs.map(({ id }) => id).toSorted());
    expect(new Set(effects.map(({ what }) => what))).toEqual(new Set(['cancelled', 'done']));
    expect(await process.queue.depth()).toMatchObject({ waiting: 0, running: 0 });
  });
});
