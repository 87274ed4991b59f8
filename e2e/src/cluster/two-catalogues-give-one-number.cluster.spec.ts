import type { BusRecord } from '@floe/messaging';
import { eventually } from '@floe/testing';
import { describe, expect, it } from 'vitest';

import { settled } from '../invariants/settled.ts';
import { randomFrom, seedOfTheRun } from '../seeded.ts';
import { wish } from '../send-model.ts';
import { smallModel } from '../small-model.ts';
import { endsOf } from './ends-of.ts';
import { FactTopics, type PlacedRecord } from './fact-topics.ts';
import { hasCluster } from './has-cluster.ts';
import { sendAll } from './send-all.ts';
import { Cluster } from './start-cluster.ts';

const BUILDS = 60;
const MODELS = 3;
const PARTITIONS = 4;
const DELAYED_BATCHES = 6;

describe.runIf(await hasCluster())('two catalogues', { timeout: 420_000 }, () => {
  it('give each build one number, though facts come twice, late and in any order', async () => {
    const random = randomFrom(seedOfTheRun());
    await using cluster = await Cluster.start(['upload', 'inference', 'builder', 'registry']);
    await using topics = await FactTopics.open(cluster.kafka.address);
    const wishes = await Promise.all(
      Array.from({ length: BUILDS }, async (_, n) =>
        wish(`team-${n % MODELS}/counted`, await smallModel(`counted ${n}`)),
      ),
    );

    // All builds succeed before any catalogue hears of them: it finds each fact thrice, on any partition.
    await sendAll(cluster.url, wishes, { senders: 8 });
    await eventually(async () => (await succeeded(topics)) === BUILDS, { deadlineMs: 90_000 });
    await topics.place(disordered(await topics.readAll(), random));
    await topics.place(disordered(await topics.readAll(), random));
    const catalogues = [await cluster.add('catalogue'), await cluster.add('catalogue')];
    await Promise.all(catalogues.map((catalogue) => catalogue.start()));
    // Then everything that was told meanwhile comes again, in pieces, while they work.
    for (const batch of inBatches(disordered(await topics.readAll(), random), DELAYED_BATCHES))
      await topics.place(batch);
    const broken = await settled(cluster, 120_000);

    expect(broken).toEqual([]);
    expect(await endsOf(cluster)).toEqual({ released: BUILDS });
    expect(await numbersTold(cluster)).toEqual({ builds: BUILDS, most: 1 });
    expect(await cluster.verify('--deep')).toMatchObject({ code: 0 });
  });
});

/** The same records, each at a random place of its topic. */
function disordered(records: readonly BusRecord[], random: () => number): readonly PlacedRecord[] {
  return records
    .map((record) => ({ record, at: random(), partition: Math.floor(random() * PARTITIONS) }))
    .toSorted((one, other) => one.at - other.at)
    .map(({ record, partition }) => ({ ...record, partition }));
}

function inBatches<Item>(items: readonly Item[], count: number): readonly (readonly Item[])[] {
  const size = Math.ceil(items.length / count);
  return Array.from({ length: count }, (_, n) => items.slice(n * size, (n + 1) * size));
}

/** Builds whose success stands on the topic. */
async function succeeded(topics: FactTopics): Promise<number> {
  const records = await topics.readAll(['floe.builds.v1']);
  const builds = records
    .filter(({ headers }) => headers.some(([, value]) => String(value).endsWith('.BuildSucceeded')))
    .map(({ key }) => String(key));
  return new Set(builds).size;
}

async function numbersTold(cluster: Cluster): Promise<object | undefined> {
  const [row] = await cluster.sql(
    `SELECT count(*)::int AS builds, max(told)::int AS most FROM (
       SELECT build_id, count(*) AS told FROM catalogue.public_fact WHERE type LIKE '%.VersionAssigned' GROUP BY build_id
     ) AS numbered`,
  );
  return row;
}
