import { bucketClient } from '@floe/testing';
import { Client } from 'pg';

import { SERVICES } from '../invariants/services.ts';
import type { Parts } from './start-parts.ts';

const BUCKET = 'floe';

interface Table {
  /** With its schema, quoted. */
  readonly name: string;
  /** Without those that the server computes. */
  readonly columns: string;
  /** All of its rows, as one JSON array. */
  readonly rows: string;
}

/** What an operator keeps of a cluster: every row, and every object of the bucket. */
export interface Backup {
  readonly tables: readonly Table[];
  readonly objects: ReadonlyMap<string, Buffer>;
}

/** PostgreSQL first, at one moment, then the bucket: what a row names is there by then. */
export async function backUp(parts: Parts): Promise<Backup> {
  const tables = await withClient(parts.postgres.url, async (client) => {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    const kept: Table[] = [];
    for (const table of await tablesOf(client)) kept.push(await withRows(client, table));
    return kept;
  });
  return { tables, objects: await objectsOf(parts.minio) };
}

/** Into parts whose services have made their tables and do not run. */
export async function restore({ tables, objects }: Backup, parts: Parts): Promise<void> {
  const store = clientOf(parts.minio);
  for (const [name, bytes] of objects) await store.putObject(BUCKET, name, bytes);
  await withClient(parts.postgres.url, async (client) => {
    await client.query('BEGIN');
    // As pg_restore does: references and triggers hold for what was dumped.
    await client.query('SET LOCAL session_replication_role = replica');
    await client.query(`TRUNCATE ${tables.map(({ name }) => name).join(', ')}`);
    for (const { name, columns, rows } of tables)
      await client.query(
        `INSERT INTO ${name} (${columns}) OVERRIDING SYSTEM VALUE
         SELECT ${columns} FROM jsonb_populate_recordset(NULL::${name}, $1)`,
        [rows],
      );
    for (const sequence of await sequencesOf(client)) await client.query(sequence);
    await client.query('COMMIT');
  });
}

function tablesOf(client: Client): Promise<readonly Omit<Table, 'rows'>[]> {
  return rowsOf(
    client,
    `SELECT format('%I.%I', table_schema, table_name) AS name,
            string_agg(quote_ident(column_name), ', ' ORDER BY ordinal_position) AS columns
       FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name)
      WHERE table_schema = ANY($1) AND table_type = 'BASE TABLE' AND is_generated = 'NEVER'
      GROUP BY table_schema, table_name`,
    [SERVICES],
  );
}

async function withRows(client: Client, table: Omit<Table, 'rows'>): Promise<Table> {
  const text = `SELECT COALESCE(jsonb_agg(to_jsonb(whole_row)), '[]')::text AS rows FROM ${table.name} AS whole_row`;
  const [row] = await rowsOf<{ rows: string }>(client, text, []);
  return { ...table, rows: row?.rows ?? '[]' };
}

/** Statements that let each counter go on behind the rows that are there. */
async function sequencesOf(client: Client): Promise<readonly string[]> {
  const rows = await rowsOf<{ statement: string }>(
    client,
    `SELECT format('SELECT setval(%L, (SELECT COALESCE(max(%I), 0) + 1 FROM %I.%I), false)',
                   pg_get_serial_sequence(format('%I.%I', table_schema, table_name), column_name),
                   column_name, table_schema, table_name) AS statement
       FROM information_schema.columns
      WHERE table_schema = ANY($1) AND pg_get_serial_sequence(format('%I.%I', table_schema, table_name), column_name) IS NOT NULL`,
    [SERVICES],
  );
  return rows.map(({ statement }) => statement);
}

async function objectsOf(minio: Parts['minio']): Promise<ReadonlyMap<string, Buffer>> {
  const store = clientOf(minio);
  const objects = new Map<string, Buffer>();
  for await (const { name } of store.listObjectsV2(BUCKET, '', true)) {
    const chunks: Buffer[] = [];
    for await (const chunk of await store.getObject(BUCKET, name)) chunks.push(chunk);
    objects.set(name, Buffer.concat(chunks));
  }
  return objects;
}

function clientOf({ storeUrl, ...keys }: Parts['minio']): ReturnType<typeof bucketClient> {
  return bucketClient({ endpoint: new URL(storeUrl).searchParams.get('endpoint') ?? '', ...keys });
}

async function withClient<Result>(
  connectionString: string,
  work: (client: Client) => Promise<Result>,
): Promise<Result> {
  const client = new Client({ connectionString });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

async function rowsOf<Row extends object>(
  client: Client,
  text: string,
  values: readonly unknown[],
): Promise<readonly Row[]> {
  return (await client.query<Row>(text, [...values])).rows;
}
