import { randomBytes } from 'node:crypto';

import type { Build } from '@floe/client';
import { BuildStarted } from '@floe/contracts';
import { toRecord } from '@floe/messaging';
import { eventually } from '@floe/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { settled } from '../invariants/settled.ts';
import { wish } from '../send-model.ts';
import { smallModel } from '../small-model.ts';
import { endsOf } from './ends-of.ts';
import { FactTopics, type PlacedRecord } from './fact-topics.ts';
import { deadLettersOf, gaugesOf, lagOf } from './gauges-of.ts';
import { hasCluster } from './has-cluster.ts';
import { sendAll } from './send-all.ts';
import { Cluster, SERVICES } from './start-cluster.ts';

const LOAD = 60;
const QUEUED = 100_000;
const AT_ONCE = 10_000;
const MIB = 1_024 * 1_024;
const VARINT_BYTES = 3;
/** Field 1,000 of type bytes, with the length that follows it: schemas grow, and who does not know it passes over it. */
const UNKNOWN_FIELD = Buffer.from([0xc2, 0x3e]);
const SETTLED_MS = 120_000;

describe.runIf(await hasCluster())('the cluster on Kafka', { timeout: 420_000 }, () => {
  let cluster: Cluster;
  let topics: FactTopics;
  let loads = 0;
  beforeAll(async () => {
    cluster = await Cluster.start();
    topics = await FactTopics.open(cluster.kafka.address);
  }, 240_000);
  afterAll(async () => {
    await topics?.[Symbol.asyncDispose]();
    await cluster?.[Symbol.asyncDispose]();
  });

  /** Whatever was done to it: all is well afterwards. */
  afterEach(() => expectSound(cluster, loads * LOAD), 240_000);

  const load = async (): Promise<readonly Build[]> => {
    const nth = (loads += 1);
    const wishes = await Promise.all(
      Array.from({ length: LOAD }, async (_, n) =>
        wish(`team-${n % 6}/load-${nth}`, await smallModel(`load ${nth} ${n}`)),
      ),
    );
    return sendAll(cluster.url, wishes, { senders: 6 });
  };

  it('goes on while replicas come and die', async () => {
    const sent = load();
    for (const name of SERVICES) {
      const [first] = cluster.replicasOf(name);
      const second = await cluster.add(name);
      await second.start();
      await first?.kill();
    }
    await sent;
    for (const name of SERVICES) await cluster.replicasOf(name)[0]?.start();
    for (const name of SERVICES) await cluster.replicasOf(name)[1]?.stop();

    expect(cluster.running).toHaveLength(SERVICES.length);
  });

  it('goes on after a restart and after the death of its broker', async () => {
    const sent = load();
    await cluster.kafka.stop();
    await cluster.kafka.start();
    await eventually(async () => ((await endsOf(cluster))['released'] ?? 0) > LOAD, {
      deadlineMs: 60_000,
    });
    await cluster.kafka.kill();
    await cluster.kafka.start();

    await sent;
    expect(cluster.running).toHaveLength(SERVICES.length);
  });

  it('gives up poison on every partition, also the largest, shows it, and goes on', async () => {
    const poison: PlacedRecord[] = (await topics.partitions()).flatMap((place) => [
      { ...place, key: null, value: null, headers: [] },
      { ...place, key: Buffer.from('poison'), value: randomBytes(MIB), headers: [] },
    ]);
    const before = await allDeadLetters(cluster);

    await topics.place(poison);
    await load();
    const expected = await twoOfEachPartition(cluster);
    await eventually(async () => sumOf(await allDeadLetters(cluster)) >= sumOf(expected), {
      deadlineMs: SETTLED_MS,
    });

    expect(sumOf(before)).toBe(0);
    expect(await allDeadLetters(cluster)).toEqual(expected);
    const { stdout } = await cluster.verify();
    expect(stdout).toContain('given up in floe.builds.v1.catalogue.dead');
  });

  it('takes facts of one megabyte', async () => {
    const letters = await allDeadLetters(cluster);
    const records = await topics.readAll(['floe.uploads.v1', 'floe.signatures.v1']);
    const large = records
      .filter(({ value }) => value !== null && value.length > 0 && value.length < MIB / 2)
      .slice(0, 40)
      .map((record) => ({ ...record, value: grown(record.value ?? Buffer.of()) }));

    await topics.place(large);
    await load();

    expect(large.length).toBe(40);
    expect(await allDeadLetters(cluster)).toEqual(letters);
  });

  it('catches up with 100,000 facts after an outage of the catalogue', async () => {
    const [catalogue] = cluster.replicasOf('catalogue');
    const builds = await load();
    await settled(cluster, SETTLED_MS);
    await catalogue?.stop();
    for (let n = 0; n < QUEUED; n += AT_ONCE)
      await topics.publish(
        Array.from({ length: AT_ONCE }, (_, at) => startedAgain(builds, n + at)),
      );
    let most = 0;
    await catalogue?.start();
    const caughtUp = eventually(
      async () => {
        const lag = await lagOf(cluster, 'catalogue');
        most = Math.max(most, lag);
        return lag === 0;
      },
      { deadlineMs: 180_000 },
    );
    await load();
    await caughtUp;

    expect(most).toBeGreaterThan(QUEUED / 10);
  });
});

async function expectSound(cluster: Cluster, builds: number): Promise<void> {
  expect(await settled(cluster, SETTLED_MS)).toEqual([]);
  expect(await endsOf(cluster)).toEqual({ released: builds });
  expect(await cluster.verify('--deep')).toMatchObject({ code: 0 });
}

/** The dead letters of all groups, by their topics, as `/metrics` has them. */
async function allDeadLetters(cluster: Cluster): Promise<Readonly<Record<string, number>>> {
  const all = await Promise.all(SERVICES.map((service) => deadLettersOf(cluster, service)));
  return Object.assign({}, ...all) as Readonly<Record<string, number>>;
}

/** What is to stand there when each group has given up two records of each partition that it reads. */
async function twoOfEachPartition(cluster: Cluster): Promise<Readonly<Record<string, number>>> {
  const expected: Record<string, number> = {};
  for (const service of SERVICES)
    for (const { labels } of await gaugesOf(cluster, service, 'floe_consumer_lag_records')) {
      const topic = `${labels['topic']}.${service}.dead`;
      expected[topic] = (expected[topic] ?? 0) + 2;
    }
  return expected;
}

function sumOf(letters: Readonly<Record<string, number>>): number {
  return Object.values(letters).reduce((sum, count) => sum + count, 0);
}

/** The same fact with a field of a later schema in it: nearly as large as a fact may be. */
function grown(value: Uint8Array): Uint8Array {
  const field = Buffer.alloc(MIB - value.length - UNKNOWN_FIELD.length - VARINT_BYTES);
  return Buffer.concat([value, UNKNOWN_FIELD, varintOf(field.length), field]);
}

/** A length below 2 MiB in three bytes. */
function varintOf(length: number): Buffer {
  return Buffer.from([(length & 0x7f) | 0x80, ((length >> 7) & 0x7f) | 0x80, length >> 14]);
}

/** One more attempt of a build that has ended: a fact that nobody has heard of. */
function startedAgain(builds: readonly Build[], nth: number): ReturnType<typeof toRecord> {
  const build = builds[nth % builds.length];
  const time = new Date();
  const fact = {
    team: build?.team ?? '',
    model: build?.model ?? '',
    buildId: build?.id ?? '',
    at: time.toISOString(),
    attempt: 2 + Math.floor(nth / builds.length),
  };
  return toRecord(BuildStarted, fact, { source: 'foreign', time });
}
