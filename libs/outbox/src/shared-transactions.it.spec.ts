import { DatabaseUnavailable, Doorbell, type Transaction } from '@floe/messaging';
import { startPostgres } from '@floe/testing';
import type { DataSource } from 'typeorm';
import { describe, expect, it } from 'vitest';

import { askTogether, type Asking } from './ask-together.ts';
import { openDataSource } from './open-data-source.ts';
import { SharedTransactions } from './shared-transactions.ts';
import { SingleStatements } from './single-statements.ts';
import { TypeOrmTransactions } from './transactions.ts';
import { managerOf } from './typeorm-transaction.ts';

const never = new AbortController().signal;

describe('SharedTransactions', () => {
  it('commits what several ask for at the same time as one', async () => {
    await using database = await startDatabase();
    const { shared } = database;

    const answers = await Promise.all(
      ['a', 'b', 'c'].map((name) => shared.run((tx) => write(name, tx), never)),
    );

    expect(answers).toEqual(['a', 'b', 'c']);
    expect(await database.transactionsOf()).toEqual([['a'], ['b', 'c']]);
  });

  it('keeps what the others did when the work of one fails', async () => {
    await using database = await startDatabase();
    const { shared } = database;
    const [first, second, third, fourth] = await Promise.allSettled([
      shared.run((tx) => write('a', tx), never),
      shared.run((tx) => write('b', tx), never),
      shared.run(broken, never),
      shared.run((tx) => write('c', tx), never),
    ]);

    expect([first.status, second.status, fourth.status]).toEqual(Array(3).fill('fulfilled'));
    expect(third).toMatchObject({ status: 'rejected', reason: new RangeError('not this one') });
    expect((await database.transactionsOf()).flat()).toEqual(['a', 'b', 'c']);
  });

  it('keeps nothing for a caller that went while it was alone', async () => {
    await using database = await startDatabase();
    const { shared } = database;
    const gone = new AbortController();

    const asked = shared.run(async (tx) => {
      const name = await write('a', tx);
      gone.abort(new Error('gone'));
      return name;
    }, gone.signal);

    await expect(asked).rejects.toThrow('gone');
    expect(await database.transactionsOf()).toEqual([]);
  });
});

describe('askTogether', () => {
  it('asks in one statement what is asked at the same time, and lets nobody fail for another', async () => {
    await using database = await startDatabase();
    const single = new SingleStatements(database.dataSource);
    const asked: (readonly number[])[] = [];
    const halves: Asking<number, number> = {
      async ask(numbers, tx) {
        asked.push(numbers);
        const rows: { half: number }[] = await managerOf(tx).query(
          `SELECT 100 / n AS half FROM unnest($1::int[]) WITH ORDINALITY AS _ (n, at) ORDER BY at`,
          [numbers],
        );
        return rows.map(({ half }) => half);
      },
    };
    const ask = (n: number): Promise<number> =>
      single.run((tx) => askTogether(tx, halves, n), never);

    const answers = await Promise.allSettled([ask(1), ask(2), ask(4)]);
    const spoiled = await Promise.allSettled([ask(5), ask(0), ask(10)]);

    expect(answers.map((answer) => 'value' in answer && answer.value)).toEqual([100, 50, 25]);
    expect(spoiled.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(asked).toEqual([[1], [2, 4], [5], [0, 10], [0], [10]]);
  });

  it('says when the database is away', async () => {
    await using database = await startDatabase();
    const single = new SingleStatements(database.dataSource);
    const killing: Asking<number, unknown> = {
      ask: (_, tx) => managerOf(tx).query(`SELECT pg_terminate_backend(pg_backend_pid())`),
    };

    const asked = single.run((tx) => askTogether(tx, killing, 1), never);

    await expect(asked).rejects.toBeInstanceOf(DatabaseUnavailable);
  });
});

async function startDatabase() {
  const postgres = await startPostgres();
  const dataSource = await openDataSource(postgres.url, 'test', { entities: [], migrations: [] });
  await dataSource.query(
    `CREATE TABLE note (position serial, name text, tx xid8 DEFAULT pg_current_xact_id())`,
  );
  const shared = new SharedTransactions(new TypeOrmTransactions(dataSource, new Doorbell()));
  return {
    dataSource,
    shared,
    transactionsOf: () => transactionsOf(dataSource),
    async [Symbol.asyncDispose]() {
      await dataSource.destroy();
      await postgres[Symbol.asyncDispose]();
    },
  };
}

async function broken(tx: Transaction): Promise<string> {
  await write('broken', tx);
  throw new RangeError('not this one');
}

async function write(name: string, tx: Transaction): Promise<string> {
  await managerOf(tx).query(`INSERT INTO note (name) VALUES ($1)`, [name]);
  return name;
}

/** What was written, by transaction. */
async function transactionsOf(dataSource: DataSource): Promise<readonly (readonly string[])[]> {
  const rows: { names: string[] }[] = await dataSource.query(
    `SELECT array_agg(name ORDER BY position) AS names FROM note GROUP BY tx ORDER BY min(position)`,
  );
  return rows.map(({ names }) => names);
}
