import type { Pool } from 'pg';

export async function keptIn(
  pool: Pool,
  topics: readonly string[],
): Promise<ReadonlyMap<string, bigint>> {
  const { rows } = await pool.query<{ topic: string; records: string }>(
    `SELECT topic, count(record.topic) AS records
       FROM unnest($1::text[]) AS asked (topic) LEFT JOIN bus.record USING (topic) GROUP BY topic`,
    [topics],
  );
  return new Map(rows.map(({ topic, records }) => [topic, BigInt(records)]));
}
