import type { PartitionLag } from '@floe/messaging';
import type { Pool } from 'pg';

export async function lagOf(pool: Pool, group: string): Promise<PartitionLag[]> {
  const { rows } = await pool.query<{ topic: string; partition: number; records: string }>(
    `SELECT topic, partition, GREATEST(COALESCE(last_offset, 0) - "offset", 0) AS records
       FROM bus.committed LEFT JOIN bus.partition USING (topic, partition)
      WHERE consumer_group = $1 ORDER BY topic, partition`,
    [group],
  );
  return rows.map(({ topic, partition, records }) => ({
    topic,
    partition,
    records: BigInt(records),
  }));
}
