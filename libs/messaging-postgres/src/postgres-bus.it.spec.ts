import { setTimeout as sleep } from 'node:timers/promises';

import { type BusRecord, eachRecord } from '@floe/messaging';
import { eventually, startPostgres } from '@floe/testing';
import { Client, Pool } from 'pg';
import { describe, expect, it } from 'vitest';

import { PostgresBus } from './postgres-bus.ts';
import { sweepRecords } from './sweep-records.ts';

const never = new AbortController().signal;
const TOPIC = 'test.v1';
const silent = (): void => {};

describe('PostgresBus', () => {
  it('serves five groups of eight topics with seven connections', async () => {
    await using postgres = await startPostgres();
    await using opened = new AsyncDisposableStack();
    const bus = opened.use(await PostgresBus.open(postgres.url, silent));
    const topics = Array.from({ length: 8 }, (_, nth) => `test.${nth}.v1`);
    let seen = 0;
    for (const group of ['a', 'b', 'c', 'd', 'e']) {
      opened.use(bus.subscribe(group, topics, async (records) => void (seen += records.length)));
    }

    await bus.publish(
      topics.flatMap((topic) => ['x', 'y', 'z'].map((key) => record(key, topic))),
      never,
    );
    await eventually(() => seen === 5 * 8 * 3);

    const [connections] = await query(
      postgres.url,
      `SELECT count(*)::int AS n FROM pg_stat_activity WHERE application_name = 'floe bus'`,
    );
    expect(connections?.['n']).toBeLessThanOrEqual(7);
  });

  it('keeps the partitions that a topic was created with', async () => {
    await using postgres = await startPostgres();
    await using two = await PostgresBus.open(postgres.url, silent, { partitions: 2 });
    await two.publish([record('a')], never);
    await using eight = await PostgresBus.open(postgres.url, silent, { partitions: 8 });
    const keys = Array.from({ length: 50 }, (_, nth) => `key ${nth}`);

    await eight.publish(
      keys.map((key) => record(key)),
      never,
    );

    expect(
      await query(postgres.url, `SELECT DISTINCT partition FROM bus.record ORDER BY 1`),
    ).toEqual([{ partition: 0 }, { partition: 1 }]);
  });

  it('gives a partition to another member only when its handler has ended', async () => {
    await using postgres = await startPostgres();
    await using opened = new AsyncDisposableStack();
    const [one, other] = [
      opened.use(await PostgresBus.open(postgres.url, silent)),
      opened.use(await PostgresBus.open(postgres.url, silent)),
    ];
    const running = new Set<number>();
    const overlaps: number[] = [];
    const handle =
      (seen: string[], ms: number) =>
      async ([first]: readonly BusRecord[]): Promise<void> => {
        const partition = first?.partition ?? -1;
        if (running.has(partition)) overlaps.push(partition);
        running.add(partition);
        await sleep(ms);
        running.delete(partition);
        seen.push(String(first?.key));
      };
    const [byOne, byOther]: [string[], string[]] = [[], []];
    const keys = Array.from({ length: 20 }, (_, nth) => record(`key ${nth}`));
    opened.use(one.subscribe('group', [TOPIC], handle(byOne, 700)));
    await one.publish(keys, never);
    await eventually(() => running.size === 4);

    opened.use(other.subscribe('group', [TOPIC], handle(byOther, 1)));
    await eventually(async () => {
      await one.publish(keys, never);
      return byOther.length > 0;
    });

    expect(overlaps).toEqual([]);
  });

  it('hands over in small batches what is large', async () => {
    await using postgres = await startPostgres();
    await using bus = await PostgresBus.open(postgres.url, silent);
    const large = { ...record('a'), value: Buffer.alloc(3 * 1024 * 1024) };
    const batches: number[] = [];

    await bus.publish([large, large, large], never);
    await using _ = bus.subscribe('g', [TOPIC], async ({ length }) => void batches.push(length));
    await eventually(() => batches.length === 2);

    expect(batches).toEqual([2, 1]);
  });

  it('sweeps what all groups have read, and keeps what one has not until the last day', async () => {
    await using postgres = await startPostgres();
    await using bus = await PostgresBus.open(postgres.url, silent);
    await using opened = new AsyncDisposableStack();
    const pool = opened.adopt(new Pool({ connectionString: postgres.url }), (each) => each.end());
    const read: string[] = [];
    await bus.publish([record('a')], never);
    const quick = bus.subscribe(
      'quick',
      [TOPIC],
      eachRecord(async ({ key }) => void read.push(String(key))),
    );
    await eventually(async () => (await lags(bus, 'quick')).join() === '0,0,0,0');
    await quick[Symbol.asyncDispose]();
    await bus.publish([record('a')], never);

    const readOnly = await sweepRecords(pool, { readMs: 0, unreadMs: 60_000 });
    const rest = await sweepRecords(pool, { readMs: 0, unreadMs: 0 });

    expect({ readOnly, rest }).toEqual({ readOnly: 1, rest: 1 });
    await bus.publish([record('b')], never);
    // Reads as another process does: this one still has what passed by here.
    const elsewhere = `${postgres.url}?application_name=elsewhere`;
    await using other = await PostgresBus.open(elsewhere, silent);
    await using _ = other.subscribe(
      'quick',
      [TOPIC],
      eachRecord(async ({ key }) => void read.push(String(key))),
    );
    await eventually(() => read.length === 2);
    expect(read).toEqual(['a', 'b']);
  });
});

function record(key: string, topic = TOPIC) {
  return { topic, key: Buffer.from(key), value: Buffer.from(key), headers: [] };
}

async function lags(bus: PostgresBus, group: string): Promise<bigint[]> {
  return (await bus.lag(group)).map(({ records }) => records);
}

async function query(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}
