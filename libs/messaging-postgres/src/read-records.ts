import { type BusRecord, decodeHeaders } from '@floe/messaging';
import type { Pool } from 'pg';

import type { Head, Place } from './place.ts';
import type { Session } from './session.ts';

/** At most, of one partition at a time. */
export const BATCH_RECORDS = 100;
const BATCH_BYTES = 4 * 1024 * 1024;

export interface Asked extends Place {
  readonly after: bigint;
}

/**
 * The records behind an offset, in order, for each of several partitions: as many as fit, at least one if there is one.
 */
export async function readRecords(
  pool: Pool,
  asked: readonly Asked[],
): Promise<readonly BusRecord[][]> {
  const { rows } = await pool.query<RecordRow>({
    name: 'read',
    text: READ,
    values: [
      asked.map(({ topic }) => topic),
      asked.map(({ partition }) => partition),
      asked.map(({ after }) => after),
    ],
  });
  const records = asked.map((): BusRecord[] => []);
  for (const { at, offset, key, value, headers } of rows) {
    const place = asked[at - 1];
    if (place === undefined)
      throw new RangeError(`a record of place ${at}, which nobody asked for`);
    const { topic, partition } = place;
    const record = { offset: BigInt(offset), key, value, headers: decodeHeaders(headers) };
    records[at - 1]?.push({ topic, partition, ...record });
  }
  return records;
}

/** The ends of all partitions of the topics. */
export async function readHeads(session: Session, topics: readonly string[]): Promise<Head[]> {
  const { rows } = await session.query<{ topic: string; partition: number; last_offset: string }>(
    `SELECT topic, partition, last_offset FROM bus.partition WHERE topic = ANY($1)`,
    [topics],
  );
  return rows.map(({ topic, partition, last_offset }) => ({
    topic,
    partition,
    lastOffset: BigInt(last_offset),
  }));
}

interface RecordRow {
  /** The place among those asked for, from 1. */
  readonly at: number;
  /** bigint: a string in JavaScript. */
  readonly offset: string;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: Buffer;
}

const READ = `
  SELECT at::int, record.*
    FROM unnest($1::text[], $2::int[], $3::bigint[]) WITH ORDINALITY AS asked (topic, partition, after, at)
   CROSS JOIN LATERAL (
     SELECT "offset", key, value, headers
       FROM (
         SELECT *, sum(length(value)) OVER (ORDER BY "offset") - length(value) AS bytes_before
           FROM (
             SELECT "offset", key, value, headers FROM bus.record
              WHERE topic = asked.topic AND partition = asked.partition AND "offset" > asked.after
              ORDER BY "offset" LIMIT ${BATCH_RECORDS}
           ) AS next
       ) AS weighed
      WHERE bytes_before IS NULL OR bytes_before < ${BATCH_BYTES}
   ) AS record
   ORDER BY at, "offset"`;
