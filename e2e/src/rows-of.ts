import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { Client } from 'pg';

/** Asks the embedded PostgreSQL of a folder. Each call has its own session: a platform that starts ends all others. */
export async function rowsOf<Row extends object>(
  directory: string,
  text: string,
  values: readonly unknown[],
): Promise<Row[]> {
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
  try {
    await client.connect();
    const { rows } = await client.query<Row>(text, [...values]);
    return rows;
  } finally {
    await client.end();
  }
}
