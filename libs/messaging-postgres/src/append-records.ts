import { encodeHeaders, type OutgoingRecord } from '@floe/messaging';
import type { ClientBase } from 'pg';

import type { Head } from './place.ts';

export interface PlacedRecord extends OutgoingRecord {
  readonly partition: number;
}

/**
 * Appends all records in one statement, hence in one transaction, and gives the new ends of their partitions.
 * A partition's row is locked until commit, hence offset order is commit order and a reader that goes by
 * "offset > mine" misses nothing. The rows are locked in one order, so that two publishers cannot deadlock.
 */
export async function appendRecords(
  client: ClientBase,
  records: readonly PlacedRecord[],
): Promise<Head[]> {
  const { rows } = await client.query<{ topic: string; partition: number; last_offset: string }>({
    name: 'append',
    text: APPEND,
    values: [
      records.map(({ topic }) => topic),
      records.map(({ partition }) => partition),
      records.map(({ key }) => key),
      records.map(({ value }) => value),
      records.map(({ headers }) => encodeHeaders(headers)),
    ],
  });
  return rows.map(({ topic, partition, last_offset }) => ({
    topic,
    partition,
    lastOffset: BigInt(last_offset),
  }));
}

const APPEND = `
  WITH arriving AS (
    SELECT *, row_number() OVER (PARTITION BY topic, partition ORDER BY at) AS nth
      FROM unnest($1::text[], $2::int[], $3::bytea[], $4::bytea[], $5::bytea[])
           WITH ORDINALITY AS _ (topic, partition, key, value, headers, at)
  ), counted AS (
    SELECT topic, partition, count(*) AS records FROM arriving
     GROUP BY topic, partition ORDER BY topic, partition
  ), head AS (
    INSERT INTO bus.partition (topic, partition, last_offset)
    SELECT topic, partition, records FROM counted
    ON CONFLICT (topic, partition)
    DO UPDATE SET last_offset = bus.partition.last_offset + excluded.last_offset
    RETURNING topic, partition, last_offset
  ), appended AS (
    INSERT INTO bus.record (topic, partition, "offset", key, value, headers)
    SELECT topic, partition, last_offset - records + nth, key, value, headers
      FROM arriving JOIN counted USING (topic, partition) JOIN head USING (topic, partition)
  )
  SELECT topic, partition, last_offset FROM head`;
