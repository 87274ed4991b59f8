import { Client } from 'pg';
import { describe, expect, it } from 'vitest';

import { startPostgres } from './start-postgres.ts';

describe('startPostgres', () => {
  it('gives every caller an empty database of its own', async () => {
    await using one = await startPostgres();
    await using other = await startPostgres();

    await query(one.url, 'CREATE TABLE note (line text)');

    expect(await query(other.url, `SELECT to_regclass('note') AS found`)).toEqual([
      { found: null },
    ]);
  });

  it('drops the database even when somebody is still connected', async () => {
    const postgres = await startPostgres();
    await using opened = new AsyncDisposableStack();
    const client = new Client({ connectionString: postgres.url });
    client.on('error', () => {});
    await client.connect();
    opened.defer(() => client.end());

    await postgres[Symbol.asyncDispose]();

    await expect(query(postgres.url, 'SELECT 1')).rejects.toThrow('does not exist');
  });

  it('does not wait for the disk, unless asked to', async () => {
    await using quick = await startPostgres();
    await using durable = await startPostgres({ durable: true });

    expect(await query(quick.url, 'SHOW fsync')).toEqual([{ fsync: 'off' }]);
    expect(await query(durable.url, 'SHOW fsync')).toEqual([{ fsync: 'on' }]);
  });

  it('keeps what a killed durable server had committed, at the same address', async () => {
    await using postgres = await startPostgres({ durable: true });
    await query(postgres.url, `CREATE TABLE note AS SELECT 'kept' AS line`);

    await postgres.kill();
    await expect(query(postgres.url, 'SELECT 1')).rejects.toThrow('ECONNREFUSED');
    await postgres.start();

    expect(await query(postgres.url, 'SELECT line FROM note')).toEqual([{ line: 'kept' }]);
  });

  it('stops and starts a durable server', async () => {
    await using postgres = await startPostgres({ durable: true });

    await postgres.stop();
    await expect(query(postgres.url, 'SELECT 1')).rejects.toThrow('ECONNREFUSED');
    await postgres.start();

    expect(await query(postgres.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });
});

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url });
  client.on('error', () => {});
  try {
    await client.connect();
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}
