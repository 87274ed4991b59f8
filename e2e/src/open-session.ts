import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { Client } from 'pg';

/** A session with the embedded PostgreSQL of a folder, as its superuser. A platform that starts ends it. */
export async function openSession(directory: string): Promise<Client & AsyncDisposable> {
  const [port, password] = await Promise.all(
    ['port', 'password'].map(async (name) =>
      (await readFile(join(directory, name), 'utf8')).trim(),
    ),
  );
  const client = new Client({
    connectionString: `postgres://postgres:${password}@127.0.0.1:${port}/postgres`,
    connectionTimeoutMillis: 10_000,
  });
  client.on('error', () => {});
  await client.connect();
  return Object.assign(client, { [Symbol.asyncDispose]: () => client.end() });
}

/** Asks once, in a session of its own. */
export async function rowsOf<Row extends object>(
  directory: string,
  text: string,
  values: readonly unknown[],
): Promise<Row[]> {
  await using session = await openSession(directory);
  return (await session.query<Row>(text, [...values])).rows;
}
