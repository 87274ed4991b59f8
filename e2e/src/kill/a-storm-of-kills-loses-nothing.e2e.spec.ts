import { setTimeout as delay } from 'node:timers/promises';

import type { Build } from '@floe/client';
import { eventually } from '@floe/testing';
import { describe, expect, it } from 'vitest';

import { settled } from '../invariants/settled.ts';
import { randomFrom, seedOfTheRun } from '../seeded.ts';
import { sendModel, type Wish, wish } from '../send-model.ts';
import { smallModel, unknownModel } from '../small-model.ts';
import { PlatformProcess } from '../start-platform.ts';

const WISHES = 60;
/** Of them; without a signature. */
const UNKNOWN = 6;
const TEAMS = 6;
const KILLS = 3;
const SENDERS = 8;
/** About what a build takes: the kills meet every stage. */
const JOURNEY_MS = 150;

describe('a storm of kills', () => {
  it('loses no upload of six teams and gives no number twice', async () => {
    const random = randomFrom(seedOfTheRun());
    await using platform = await PlatformProcess.start();
    const wishes = await Promise.all(Array.from({ length: WISHES }, (_, n) => wishOf(n)));

    const builds: Build[] = [];
    const storm = stormOver(platform, () => builds.length, random);
    await Promise.all([storm, sendAll(wishes, platform.url, builds)]);
    const broken = await settled(platform);

    const ends = await Promise.all(
      builds.map(({ id }) => platform.client.builds.get(id, { waitSeconds: 10 })),
    );
    expect(broken).toEqual([]);
    expect(new Set(builds.map(({ id }) => id)).size).toBe(WISHES);
    expect(ends.filter(({ state }) => state === 'released')).toHaveLength(WISHES - UNKNOWN);
    expect(ends.filter(({ error }) => error?.code === 'SIGNATURE_UNKNOWN')).toHaveLength(UNKNOWN);
  }, 120_000);
});

/** Every tenth has no signature: failures and numbers are decided side by side. */
async function wishOf(n: number): Promise<Wish> {
  const tar = n % (WISHES / UNKNOWN) === 0 ? unknownModel : smallModel;
  return wish(`team-${n % TEAMS}/storm`, await tar(`storm ${n}`));
}

/** Kills it at a random moment of each third of the uploads. */
async function stormOver(
  platform: PlatformProcess,
  accepted: () => number,
  random: () => number,
): Promise<void> {
  for (let kills = 0; kills < KILLS; kills += 1) {
    const uploads = Math.floor(((kills + random()) * WISHES) / KILLS);
    await eventually(() => accepted() >= uploads, { deadlineMs: 60_000 });
    await delay(random() * JOURNEY_MS);
    await platform.kill();
    await platform.restart();
  }
}

/** Sends each wish again and again, under its key, until it is accepted. */
async function sendAll(wishes: readonly Wish[], url: string, builds: Build[]): Promise<void> {
  const waiting = wishes.values();
  const sender = async (): Promise<void> => {
    for (const each of waiting) {
      builds.push(await eventually(() => sendModel(url, each), { deadlineMs: 60_000 }));
    }
  };
  await Promise.all(Array.from({ length: SENDERS }, sender));
}
