import { eventually, startPostgres } from '@floe/testing';
import { describe, expect, it } from 'vitest';

import { effect, newJobs, TestProcess } from './test-process.ts';

describe('the queue', () => {
  it('takes and ends 500 jobs of one process in seconds, not by polls', async () => {
    await using postgres = await startPostgres();
    await using process = await TestProcess.open(postgres.url);
    process.work({ run: async (held) => effect(held, 'done') }, { concurrency: 32 });
    const begun = performance.now();

    for (let n = 0; n < 50; n += 1) await process.enqueue(...newJobs(10, `team-${n % 7}`));
    await eventually(() => process.effects(500));
    expect(performance.now() - begun).toBeLessThan(5_000);
  });
});
