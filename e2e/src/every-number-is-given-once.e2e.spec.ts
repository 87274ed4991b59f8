import type { Build } from '@floe/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { settled } from './invariants/settled.ts';
import { randomFrom, seedOfTheRun } from './seeded.ts';
import { sendModel, wish } from './send-model.ts';
import { smallModel, unknownModel } from './small-model.ts';
import { PlatformProcess } from './start-platform.ts';

describe('the versions of a model', () => {
  let platform: PlatformProcess;
  beforeAll(async () => void (platform = await PlatformProcess.start()), 60_000);
  afterAll(() => platform[Symbol.asyncDispose]());

  it('are 1 to 200 after 200 uploads at once', async () => {
    const tar = await smallModel('crowd');

    const builds = await Promise.all(
      Array.from({ length: 200 }, () => sendModel(platform.url, wish('crowd/one', tar), '60s')),
    );

    expect(builds.filter(({ state }) => state !== 'released')).toEqual([]);
    expect(versionsOf(builds)).toEqual(Array.from({ length: 200 }, (_, n) => n + 1));
    expect(new Set(builds.map(({ image }) => image?.digest)).size).toBe(1);
    expect(await settled(platform)).toEqual([]);
  }, 90_000);

  it('leave no place for builds that failed', async () => {
    const [good, bad] = await Promise.all([smallModel('good'), unknownModel('bad')]);

    const ends: Build[] = [];
    for (const tar of [bad, good, bad, bad, good]) {
      ends.push(await sendModel(platform.url, wish('honest/one', tar), '30s'));
    }

    expect(ends.map(({ state, version }) => version ?? state)).toEqual([
      'failed',
      1,
      'failed',
      'failed',
      2,
    ]);
    expect(ends[0]?.error).toMatchObject({ stage: 'inferring', code: 'SIGNATURE_UNKNOWN' });
    expect(ends[0]?.error?.hint).toContain('contract:');
  });

  it('and their cancels have one winner each, whenever the cancel comes', async () => {
    const random = randomFrom(seedOfTheRun());
    const tar = await smallModel('hasty');
    const longestMs = 2 * (await journeyMs(platform, tar));

    const answers: string[] = [];
    const builds: Build[] = [];
    for (let n = 0; n < 50; n += 5) {
      const five = Array.from({ length: 5 }, async () => {
        const { id } = await sendModel(platform.url, wish('hasty/one', tar));
        await new Promise((resolve) => setTimeout(resolve, random() * longestMs));
        answers.push(await cancel(id, platform));
        builds.push(await platform.client.builds.wait(id));
      });
      await Promise.all(five);
    }

    const released = builds.filter(({ state }) => state === 'released');
    const cancelled = builds.filter(({ state }) => state === 'cancelled');
    expect(released.length + cancelled.length).toBe(50);
    expect(versionsOf(released)).toEqual(Array.from(released, (_, n) => n + 2));
    expect(cancelled.filter(({ version, image }) => version ?? image?.reference)).toEqual([]);
    // Each outcome is there, or the moments were none.
    expect([released.length, cancelled.length]).not.toContain(0);
    expect(answers.filter((answer) => !ANSWERS.has(answer))).toEqual([]);
    expect(await doubled(platform)).toEqual([]);
    expect(await settled(platform)).toEqual([]);
  }, 90_000);
});

const ANSWERS = new Set(['202', 'BUILD_ENDED', 'BUILD_TOO_FAR']);

function versionsOf(builds: readonly Build[]): readonly number[] {
  return builds.map(({ version = 0 }) => version).toSorted((one, other) => one - other);
}

/** How long one build takes when nothing else runs; it is version 1. */
async function journeyMs(platform: PlatformProcess, tar: Uint8Array<ArrayBuffer>): Promise<number> {
  const begun = performance.now();
  await sendModel(platform.url, wish('hasty/one', tar), '30s');
  return performance.now() - begun;
}

/** Gives the status of a yes, the code of a no. */
async function cancel(id: string, { url }: PlatformProcess): Promise<string> {
  const response = await fetch(`${url}/api/v1/builds/${id}/cancel`, { method: 'POST' });
  const { code } = (await response.json()) as { readonly code?: string };
  return code ?? String(response.status);
}

/** Builds with a number of which anybody said that they were cancelled. */
async function doubled(platform: PlatformProcess): Promise<readonly object[]> {
  return platform.sql(
    `SELECT build_id FROM catalogue.version JOIN catalogue.public_fact USING (build_id)
      WHERE type LIKE '%.BuildCancelled' OR data ->> 'outcome' = 'cancelled'`,
  );
}
