import type { Pool } from 'pg';

/** Creates the topics that are missing; gives the partitions of each, which never change. */
export async function declareTopics(
  pool: Pool,
  topics: readonly string[],
  partitions: number,
): Promise<ReadonlyMap<string, number>> {
  await pool.query(
    `INSERT INTO bus.topic (name, partitions)
     SELECT DISTINCT name, $2::int FROM unnest($1::text[]) AS name ORDER BY name
     ON CONFLICT DO NOTHING`,
    [topics, partitions],
  );
  const { rows } = await pool.query<{ name: string; partitions: number }>(
    `SELECT name, partitions FROM bus.topic WHERE name = ANY($1)`,
    [topics],
  );
  return new Map(rows.map((row) => [row.name, row.partitions]));
}
