import { startPostgres } from '@floe/testing';
import { describe, expect, it } from 'vitest';

import { claimJobs } from './claim-jobs.ts';
import { finishJobs } from './finish-job.ts';
import { newJob, newJobs, TestProcess } from './test-process.ts';

const claim = { owner: 'test', slots: 4, leaseMs: 30_000, maxDeaths: 20 };

describe('claimJobs', () => {
  it('gives the next free slot to a team that has nothing running, however long the queue of another is', async () => {
    await using postgres = await startPostgres();
    await using process = await TestProcess.open(postgres.url);
    const { manager } = process.dataSource;
    await process.enqueue(...newJobs(2_000, 'noisy'));
    const [busy] = await claimJobs(claim, manager);
    const quiet = newJob({ team: 'quiet' });
    await process.enqueue(quiet);

    if (busy) await finishJobs([busy], manager);
    const [next] = await claimJobs({ ...claim, slots: 1 }, manager);

    expect(next?.id).toBe(quiet.id);
  });

  it('shares the slots of one claim among the teams, the oldest first', async () => {
    await using postgres = await startPostgres();
    await using process = await TestProcess.open(postgres.url);
    await process.enqueue(...newJobs(10, 'a'));
    await process.enqueue(...newJobs(10, 'b'));
    await process.enqueue(...newJobs(1, 'c'));

    const claimed = await claimJobs({ ...claim, slots: 7 }, process.dataSource.manager);

    expect(claimed.map(({ team }) => team).toSorted()).toEqual(['a', 'a', 'a', 'b', 'b', 'b', 'c']);
  });

  it('gives a job to one of many concurrent claimers, with a fence that rises at each claim', async () => {
    await using postgres = await startPostgres();
    await using process = await TestProcess.open(postgres.url);
    await process.enqueue(...newJobs(20));

    const claims = await Promise.all(
      Array.from({ length: 8 }, () => claimJobs(claim, process.dataSource.manager)),
    );

    const ids = claims.flat().map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(claims.flat().map(({ fence }) => fence)).toEqual(ids.map(() => 1));
  });

  it('takes nothing that waits for its pause', async () => {
    await using postgres = await startPostgres();
    await using process = await TestProcess.open(postgres.url);
    await process.enqueue(newJob());
    await process.dataSource.query(`UPDATE job SET not_before = now() + interval '1 h'`);

    expect(await claimJobs(claim, process.dataSource.manager)).toEqual([]);
  });

  it('knows a job by its id, and keeps what was enqueued first', async () => {
    await using postgres = await startPostgres();
    await using process = await TestProcess.open(postgres.url);
    const job = newJob({ payload: 'first' });

    await process.enqueue(job);
    await process.enqueue({ ...job, payload: 'second' });

    const claimed = await claimJobs(claim, process.dataSource.manager);
    expect(claimed.map(({ payload }) => payload)).toEqual(['first']);
    await process.enqueue(job);
    expect(await claimJobs(claim, process.dataSource.manager)).toEqual([]);
  });
});
