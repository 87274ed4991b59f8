import { DatabaseUnavailable } from '@floe/messaging';
import { startPostgres } from '@floe/testing';
import { describe, expect, it } from 'vitest';

import { openDataSource } from './open-data-source.ts';

const NOTHING = { entities: [], migrations: [] };

describe('openDataSource', () => {
  it('migrates once when services of one schema start together', async () => {
    await using postgres = await startPostgres();

    const opened = await Promise.all(
      Array.from({ length: 5 }, () => openDataSource(postgres.url, 'service', NOTHING)),
    );

    const [first] = opened;
    const rows = await first?.query(`SELECT count(*) FROM migrations`);
    expect(rows).toEqual([{ count: '2' }]);
    await Promise.all(opened.map((dataSource) => dataSource.destroy()));
  });

  it('plans a statement once for a connection', async () => {
    await using postgres = await startPostgres();
    const dataSource = await openDataSource(postgres.url, 'service', { ...NOTHING, poolSize: 1 });

    for (const n of [1, 2, 3]) await dataSource.query(`SELECT $1::int`, [n]);

    const rows = await dataSource.query(
      `SELECT count(*) FROM pg_prepared_statements WHERE statement = 'SELECT $1::int'`,
    );
    expect(rows).toEqual([{ count: '1' }]);
    await dataSource.destroy();
  });

  it('says of every question that the database is away, and goes on when it is back', async () => {
    await using postgres = await startPostgres({ durable: true });
    const dataSource = await openDataSource(postgres.url, 'service', NOTHING);

    await postgres.stop();
    await expect(dataSource.query(`SELECT 1`)).rejects.toThrow(DatabaseUnavailable);

    await postgres.start();
    expect(await dataSource.query(`SELECT 1 AS one`)).toEqual([{ one: 1 }]);
    await dataSource.destroy();
  });
});
