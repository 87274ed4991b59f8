import { setTimeout as delay } from 'node:timers/promises';

import { eventually } from '@floe/testing';
import { describe, expect, it } from 'vitest';

import { settled } from '../invariants/settled.ts';
import { randomFrom, seedOfTheRun } from '../seeded.ts';
import { type Wish, wish } from '../send-model.ts';
import { smallModel, unknownModel } from '../small-model.ts';
import { atOnce } from './at-once.ts';
import { endsOf } from './ends-of.ts';
import { hasCluster } from './has-cluster.ts';
import { sendAll } from './send-all.ts';
import { Cluster, SERVICES } from './start-cluster.ts';

const UPLOADS = 300;
/** Of them; without a signature. */
const UNKNOWN = 30;
const TEAMS = 20;
const SENDERS = 8;
const JOURNEY_MS = 300;

interface Restartable {
  start(): Promise<void>;
  stop(): Promise<unknown>;
  kill(): Promise<void>;
}

describe.runIf(await hasCluster())('a storm of restarts', { timeout: 420_000 }, () => {
  it('loses no upload of twenty teams, whatever part or service is away for a while', async () => {
    const random = randomFrom(seedOfTheRun());
    await using cluster = await Cluster.start();
    const wishes = await Promise.all(Array.from({ length: UPLOADS }, (_, n) => wishOf(n)));

    let accepted = 0;
    const [builds] = await Promise.all([
      sendAll(cluster.url, wishes, { senders: SENDERS, onAccepted: () => (accepted += 1) }),
      stormOver(cluster, () => accepted, random),
    ]);
    const broken = await settled(cluster, 180_000);

    expect(broken).toEqual([]);
    expect(new Set(builds.map(({ id }) => id)).size).toBe(UPLOADS);
    expect(await endsOf(cluster)).toEqual({ released: UPLOADS - UNKNOWN, failed: UNKNOWN });
    const reasons = new Map<string, number>();
    await atOnce(SENDERS, builds, async ({ id }) => {
      const { state, error } = await cluster.client.builds.get(id);
      const end = error?.code ?? state;
      reasons.set(end, (reasons.get(end) ?? 0) + 1);
    });
    expect(Object.fromEntries(reasons)).toEqual({
      released: UPLOADS - UNKNOWN,
      SIGNATURE_UNKNOWN: UNKNOWN,
    });
    expect(await cluster.verify('--deep')).toMatchObject({ code: 0 });
  });
});

/** Every tenth has no signature: failures and numbers are decided side by side. */
async function wishOf(n: number): Promise<Wish> {
  const tar = n % (UPLOADS / UNKNOWN) === 0 ? unknownModel : smallModel;
  return wish(`team-${n % TEAMS}/storm`, await tar(`storm ${n}`));
}

/** Restarts each part and each service once, one after the other, by SIGTERM or SIGKILL, at random uploads. */
async function stormOver(
  cluster: Cluster,
  accepted: () => number,
  random: () => number,
): Promise<void> {
  const services = SERVICES.flatMap((name) => cluster.replicasOf(name));
  const victims: readonly Restartable[] = [
    cluster.kafka,
    cluster.postgres,
    cluster.minio,
    ...services,
  ];
  const moments = victims
    .map((victim) => ({ victim, uploads: Math.floor(random() * UPLOADS), killed: random() < 0.5 }))
    .toSorted((one, other) => one.uploads - other.uploads);
  for (const { victim, uploads, killed } of moments) {
    await eventually(() => accepted() >= uploads, { deadlineMs: 240_000 });
    await delay(random() * JOURNEY_MS);
    await (killed ? victim.kill() : victim.stop());
    await delay(random() * JOURNEY_MS);
    await victim.start();
  }
}
