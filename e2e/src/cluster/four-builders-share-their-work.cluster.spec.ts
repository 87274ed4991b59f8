import { eventually } from '@floe/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { settled } from '../invariants/settled.ts';
import { sendModel, wish } from '../send-model.ts';
import { smallModel } from '../small-model.ts';
import { atOnce } from './at-once.ts';
import { endsOf } from './ends-of.ts';
import { hasCluster } from './has-cluster.ts';
import { sendAll } from './send-all.ts';
import type { ServiceProcess } from './service-process.ts';
import { Cluster } from './start-cluster.ts';

/** Each step of a builder, with the time of coming by at which it dies: other work of it is under way by then. */
const STEPS = {
  // One builder tells the facts of all, the first that starts.
  'relay.sent': 2,
  'work.claimed': 1,
  'builder.manifest-put': 2,
  'work.finished': 2,
} as const;
const BUILDS_OF_A_STEP = 50;
const BUILDERS = 4;
const CONCURRENCY = 4;
const WORKERS = BUILDERS * CONCURRENCY;
const QUEUED = 2_000;
const SENDERS = 16;

describe.runIf(await hasCluster())('four builders', { timeout: 420_000 }, () => {
  let cluster: Cluster;
  const builders: ServiceProcess[] = [];
  beforeAll(async () => {
    cluster = await Cluster.start(['upload', 'inference', 'catalogue', 'registry']);
    for (let n = 0; n < BUILDERS; n += 1)
      builders.push(
        await cluster.add('builder', { FLOE_BUILDER_CONCURRENCY: String(CONCURRENCY) }),
      );
  }, 240_000);
  afterAll(() => cluster?.[Symbol.asyncDispose]());

  it('take over the work of one that dies in any of its steps, once', async () => {
    const steps = Object.entries(STEPS);
    for (const [nth, [step, time]] of steps.entries()) {
      const doomed = builders[nth];
      await doomed?.stop();
      doomed?.launch({ FLOE_FAIL_POINT: `${step}:${time}` });
      await doomed?.ready();
      await Promise.all(builders.filter(({ runs }) => !runs).map((builder) => builder.start()));
      const wishes = await Promise.all(
        Array.from({ length: BUILDS_OF_A_STEP }, async (_, n) =>
          wish(`team-${n % 5}/shared`, await smallModel(`${step} ${n}`)),
        ),
      );
      // Held until all are queued, so that each builder has its share of them.
      const open = cluster.front.hold('registry');
      await sendAll(cluster.url, wishes, { senders: 8 });
      open();
      expect(await doomed?.ended()).toBe('SIGKILL');
      expect(doomed?.said).toContain(`fail point ${step}\n`);
      await doomed?.start();
    }
    const builds = steps.length * BUILDS_OF_A_STEP;
    const broken = await settled(cluster, 120_000);

    expect(broken).toEqual([]);
    expect(await endsOf(cluster)).toEqual({ released: builds });
    expect(await workLost(cluster)).toBeGreaterThanOrEqual(steps.length);
    expect(await successesTold(cluster)).toEqual({ builds, most: 1 });
    expect(await cluster.verify('--deep')).toMatchObject({ code: 0 });
  });

  it('delay the first build of a team by one each, though another has 2,000 queued', async () => {
    const layers = await layersOf(cluster, 'many/queued');
    const open = cluster.front.hold('registry');
    await atOnce(SENDERS, Array.from({ length: QUEUED }), async () => {
      await cluster.client.builds.create({ team: 'many', name: 'queued' }, { layers });
    });
    await eventually(async () => (await jobsOf(cluster, 'many')).waiting >= QUEUED - WORKERS, {
      deadlineMs: 120_000,
    });
    const first = await sendModel(cluster.url, wish('one/first', await smallModel('first')));
    await eventually(async () => (await jobsOf(cluster, 'one')).waiting === 1);

    open();
    const { state } = await cluster.client.builds.get(first.id, { waitSeconds: 60 });

    expect(state).toBe('released');
    expect(await claimedBefore(cluster, 'one')).toBeLessThanOrEqual(WORKERS);
    expect((await jobsOf(cluster, 'many')).waiting).toBeGreaterThan(0);
  });
});

/** Of a model that was sent as an archive and is released. */
async function layersOf(cluster: Cluster, model: string): Promise<readonly string[]> {
  const [team = '', name = ''] = model.split('/');
  const sent = wish(model, await smallModel(model));
  const { image } = await sendModel(cluster.url, sent, '60s');
  const { manifest } = await cluster.client.images.manifest({ team, name }, image?.digest ?? '');
  return manifest.layers.slice(-1).map(({ digest }) => digest);
}

/** How many leases died with their workers. */
async function workLost(cluster: Cluster): Promise<number> {
  const [row] = await cluster.sql<{ sum: number }>('SELECT sum(deaths)::int FROM builder.job');
  return row?.sum ?? 0;
}

async function successesTold(cluster: Cluster): Promise<object | undefined> {
  const [row] = await cluster.sql(
    `SELECT count(*)::int AS builds, max(told)::int AS most FROM (
       SELECT build_id, count(*) AS told FROM catalogue.public_fact WHERE type LIKE '%.BuildSucceeded' GROUP BY build_id
     ) AS success`,
  );
  return row;
}

/** The team's jobs that no builder has, as far as they are queued. */
async function jobsOf(cluster: Cluster, team: string): Promise<{ readonly waiting: number }> {
  const [row] = await cluster.sql<{ waiting: number }>(
    `SELECT count(*)::int AS waiting FROM builder.job WHERE state = 'waiting' AND team = $1`,
    [team],
  );
  return row ?? { waiting: 0 };
}

/** How many jobs of others were claimed from when the team's first was queued until it was claimed. */
async function claimedBefore(cluster: Cluster, team: string): Promise<number> {
  const [row] = await cluster.sql<{ count: number }>(
    `SELECT count(*)::int FROM builder.job AS other, builder.job AS first
      WHERE first.team = $1 AND other.team <> $1
        AND other.deadline_at - other.deadline_ms * interval '1 ms' BETWEEN first.enqueued_at
            AND first.deadline_at - first.deadline_ms * interval '1 ms'`,
    [team],
  );
  return row?.count ?? 0;
}
