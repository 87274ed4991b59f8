import { DatabaseUnavailable, Doorbell, type Transaction } from '@floe/messaging';
import { startPostgres } from '@floe/testing';
import type { DataSource } from 'typeorm';
import { describe, expect, it } from 'vitest';

import { gather, type Gathering } from './gather.ts';
import { openDataSource } from './open-data-source.ts';
import { TypeOrmTransactions } from './transactions.ts';
import { managerOf } from './typeorm-transaction.ts';

const never = new AbortController().signal;

describe('TypeOrmTransactions', () => {
  it('runs both of two transactions that lock each other out', async () => {
    await using database = await startDatabase();
    const { transactions, dataSource } = database;
    await dataSource.query(`CREATE TABLE cell (id int PRIMARY KEY, seen int DEFAULT 0)`);
    await dataSource.query(`INSERT INTO cell VALUES (1), (2)`);
    const bothHoldOne = Promise.withResolvers<void>();
    let holding = 0;

    const lock = (first: number, second: number): Promise<void> =>
      transactions.run(async (tx) => {
        const touch = (id: number): Promise<unknown> =>
          managerOf(tx).query(`UPDATE cell SET seen = seen + 1 WHERE id = $1`, [id]);
        await touch(first);
        if ((holding += 1) === 2) bothHoldOne.resolve();
        await bothHoldOne.promise;
        await touch(second);
      }, never);
    await Promise.all([lock(1, 2), lock(2, 1)]);

    expect(await dataSource.query(`SELECT seen FROM cell ORDER BY id`)).toEqual([
      { seen: 2 },
      { seen: 2 },
    ]);
  });

  it('tells a lost connection apart from a fault of the work', async () => {
    await using database = await startDatabase();
    const { transactions } = database;

    const lost = transactions.run(
      (tx) => managerOf(tx).query(`SELECT pg_terminate_backend(pg_backend_pid())`),
      never,
    );
    const wrong = transactions.run((tx) => managerOf(tx).query(`SELECT 1/0`), never);

    await expect(lost).rejects.toBeInstanceOf(DatabaseUnavailable);
    await expect(wrong).rejects.toThrow('division by zero');
  });

  it('writes what was gathered before it commits, each kind at once, and nothing of it after an error', async () => {
    await using database = await startDatabase();
    const { transactions, dataSource } = database;
    await dataSource.query(`CREATE TABLE note (position serial, kind text, text text)`);
    const written: (readonly string[])[] = [];
    const kind = (name: string, last?: true): Gathering<string> => ({
      ...(last && { last }),
      async write(texts, tx) {
        written.push(texts);
        await managerOf(tx).query(
          `INSERT INTO note (kind, text) SELECT $1, text FROM unnest($2::text[]) AS text`,
          [name, texts],
        );
      },
    });
    const facts = kind('fact', true);
    const rows = kind('row');
    const work = async (tx: Transaction): Promise<void> => {
      gather(tx, facts, 'a');
      gather(tx, rows, 'b');
      gather(tx, facts, 'c');
    };

    await transactions.run(work, never);
    const broken = transactions.run(async (tx) => {
      await work(tx);
      throw new Error('after all');
    }, never);

    await expect(broken).rejects.toThrow('after all');
    expect(written).toEqual([['b'], ['a', 'c']]);
    expect(await dataSource.query(`SELECT kind, text FROM note ORDER BY position`)).toEqual([
      { kind: 'row', text: 'b' },
      { kind: 'fact', text: 'a' },
      { kind: 'fact', text: 'c' },
    ]);
  });

  it('takes no more connections than its pool may have', async () => {
    await using database = await startDatabase({ poolSize: 2 });
    const { transactions, dataSource } = database;

    const backends = await Promise.all(
      Array.from({ length: 8 }, () =>
        transactions.run(
          (tx) => managerOf(tx).query(`SELECT pg_backend_pid() AS pid, pg_sleep(0.02)`),
          never,
        ),
      ),
    );

    expect(new Set(backends.map(([row]) => row.pid)).size).toBe(2);
    expect(dataSource.isInitialized).toBe(true);
  });
});

async function startDatabase({ poolSize }: { readonly poolSize?: number } = {}) {
  await using opened = new AsyncDisposableStack();
  const postgres = opened.use(await startPostgres());
  const dataSource: DataSource = await openDataSource(postgres.url, 'service', {
    entities: [],
    migrations: [],
    ...(poolSize === undefined ? {} : { poolSize }),
  });
  opened.defer(() => dataSource.destroy());
  const started = opened.move();
  return {
    dataSource,
    transactions: new TypeOrmTransactions(dataSource, new Doorbell()),
    [Symbol.asyncDispose]: () => started.disposeAsync(),
  };
}
