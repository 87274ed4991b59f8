import { openDataSource } from '@floe/outbox';
import { eventually, startPostgres } from '@floe/testing';
import { Logger } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { describe, expect, it } from 'vitest';

import { Appender } from './appender.ts';
import { CreateCatalogue1767225600001 } from './create-catalogue.ts';

const QUEUED = 20_000;

describe('Appender', () => {
  it('places a long queue in order and in time, by the statistics of quieter days', async () => {
    await using place = await openCatalogue();
    const { dataSource } = place;
    await tell(dataSource, 1_000);
    await placeAll(dataSource);
    await dataSource.query('ALTER TABLE public_fact SET (autovacuum_enabled = false)');
    await dataSource.query('ANALYZE public_fact');

    await tell(dataSource, QUEUED);
    await placeAll(dataSource);

    const [counted] = await dataSource.query(
      `SELECT count(*)::int AS facts, max(position)::int AS last,
              count(*) FILTER (WHERE position <> arrival)::int AS disordered FROM public_fact`,
    );
    expect(counted).toEqual({ facts: 1_000 + QUEUED, last: 1_000 + QUEUED, disordered: 0 });
  });

  it('gives no place twice beside a twin', async () => {
    await using place = await openCatalogue();
    const { dataSource } = place;
    await tell(dataSource, 10_000);

    await Promise.all([placeAll(dataSource), placeAll(dataSource)]);

    const [counted] = await dataSource.query(
      `SELECT count(DISTINCT position)::int AS places, count(*) FILTER (WHERE late)::int AS disordered FROM (
         SELECT position, position < lag(position) OVER (ORDER BY arrival) AS late FROM public_fact
       ) AS placed`,
    );
    expect(counted).toEqual({ places: 10_000, disordered: 0 });
  });
});

async function openCatalogue(): Promise<{ readonly dataSource: DataSource } & AsyncDisposable> {
  await using opened = new AsyncDisposableStack();
  const { url } = opened.use(await startPostgres());
  const migrations = [CreateCatalogue1767225600001];
  const dataSource = await openDataSource(url, 'catalogue', { entities: [], migrations });
  opened.defer(() => dataSource.destroy());
  const kept = opened.move();
  return { dataSource, [Symbol.asyncDispose]: () => kept.disposeAsync() };
}

/** As many facts as nobody has placed yet. */
async function tell(dataSource: DataSource, count: number): Promise<void> {
  await dataSource.query(
    `INSERT INTO public_fact (fact_id, type, team, model, build_id, at, data)
     SELECT gen_random_uuid()::text, 'test.v1.Told', 'team', 'model', gen_random_uuid(), now(), '{}'
       FROM generate_series(1, $1)`,
    [count],
  );
}

/** Runs an appender until no fact is without a place. */
async function placeAll(dataSource: DataSource): Promise<void> {
  await using _ = new Appender(dataSource, new Logger('test')).start();
  await eventually(
    async () => {
      const [{ waiting }]: [{ waiting: number }] = await dataSource.query(
        'SELECT count(*)::int AS waiting FROM public_fact WHERE position IS NULL',
      );
      return waiting === 0;
    },
    { deadlineMs: 25_000 },
  );
}
