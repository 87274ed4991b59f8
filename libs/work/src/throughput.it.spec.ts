import { eventually, startPostgres } from '@floe/testing';
import { describe, expect, it } from 'vitest';

import { effect, newJob, newJobs, TestProcess } from './test-process.ts';

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

  it('wakes who is idle when a job comes to a process that is full, not by polls', async () => {
    await using postgres = await startPostgres();
    await using full = await TestProcess.open(postgres.url);
    await using idle = await TestProcess.open(postgres.url);
    const [busy, over] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    await using _ = full.work(
      {
        run: async (held) => {
          busy.resolve();
          await over.promise;
          return effect(held, 'done');
        },
      },
      { concurrency: 1 },
    );
    await full.enqueue(newJob());
    await busy.promise;
    idle.work({ run: async (held) => effect(held, 'done') }, { concurrency: 1 });

    const begun = performance.now();
    for (let n = 1; n <= 10; n += 1) {
      await full.enqueue(newJob());
      await eventually(() => full.effects(n));
    }
    over.resolve();

    expect(performance.now() - begun).toBeLessThan(6_000);
  });
});
