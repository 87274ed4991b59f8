import { setTimeout as delay } from 'node:timers/promises';

import { describe, expect, it } from 'vitest';

import { settled } from '../invariants/settled.ts';
import { randomFrom, seedOfTheRun } from '../seeded.ts';
import { sendModel, wish } from '../send-model.ts';
import { smallModel } from '../small-model.ts';
import { PlatformProcess } from '../start-platform.ts';

const KILLS = 6;
/** About what the first start takes. */
const START_MS = 3_000;
const JOURNEY_MS = 150;

describe('a platform', () => {
  it('that is killed while it starts for the first time starts when it may', async () => {
    const random = randomFrom(seedOfTheRun());
    await using platform = await PlatformProcess.create();

    for (let kill = 0; kill < KILLS; kill += 1) {
      void platform.launch();
      await delay(random() * START_MS);
      expect(await platform.kill()).toMatchObject({ signal: 'SIGKILL' });
    }
    await platform.restart();
    const build = await sendModel(platform.url, wish('late/one', await smallModel('late')), '30s');

    expect(build).toMatchObject({ state: 'released', version: 1 });
    expect(await settled(platform)).toEqual([]);
  }, 120_000);

  it('that is told to stop while it works stops in order and goes on later', async () => {
    const random = randomFrom(seedOfTheRun());
    await using platform = await PlatformProcess.start();
    const wishes = await Promise.all(
      Array.from({ length: 8 }, async (_, n) => wish('stopped/one', await smallModel(`${n}`))),
    );

    const sent = Promise.allSettled(wishes.map((each) => sendModel(platform.url, each)));
    await delay(random() * JOURNEY_MS);
    const end = await platform.stop();
    await sent;
    await platform.restart();
    const broken = await settled(platform);
    const again = await Promise.all(wishes.map((each) => sendModel(platform.url, each, '30s')));

    expect(end).toMatchObject({ code: 0, signal: null });
    expect(broken).toEqual([]);
    expect(new Set(again.map(({ version }) => version))).toEqual(new Set([1, 2, 3, 4, 5, 6, 7, 8]));
  }, 60_000);
});
