import { startPostgres } from '@floe/testing';
import { describe, expect, it } from 'vitest';

import { claimJobs } from './claim-jobs.ts';
import { finishJobs, giveBackJob, holdJobs, retryJob } from './finish-job.ts';
import { reapLeases } from './reap-leases.ts';
import { renewLeases } from './renew-leases.ts';
import { newJob, TestProcess } from './test-process.ts';

const claim = { owner: 'late', slots: 1, leaseMs: -1, maxDeaths: 20 };

describe('an old fence', () => {
  it('changes nothing of a job that somebody else holds', async () => {
    await using postgres = await startPostgres();
    await using process = await TestProcess.open(postgres.url);
    const { manager } = process.dataSource;
    await process.enqueue(newJob());
    const [late] = await claimJobs(claim, manager);
    await reapLeases(manager);
    const [current] = await claimJobs({ ...claim, owner: 'current', leaseMs: 60_000 }, manager);
    if (late === undefined || current === undefined) throw new Error('not claimed twice');
    const before = await process.job(late.id);

    expect(await renewLeases([late], 60_000, manager)).toEqual([]);
    expect(await holdJobs([late], manager)).toEqual([]);
    expect(await finishJobs([late], manager)).toEqual([]);
    await retryJob(late, 0, manager);
    await giveBackJob(late, manager);

    expect(await process.job(late.id)).toEqual(before);
    expect(before).toMatchObject({ state: 'running', fence: 2, lease_owner: 'current' });
    expect(await finishJobs([current], manager)).toMatchObject([{ id: late.id, fence: 2 }]);
  });
});
