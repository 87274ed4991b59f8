import type { BusRecord } from '@floe/messaging';
import type { Pool } from 'pg';

import { decodeHeaders } from './header-bytes.ts';
import type { Head, Place } from './place.ts';
import type { Session } from './session.ts';

const BATCH_RECORDS = 100;
const BATCH_BYTES = 4 * 1024 * 1024;

/** The records behind an offset, in order: as many as fit, at least one if there is one. */
export async function readRecords(
  pool: Pool,
  { topic, partition }: Place,
  after: bigint,
): Promise<BusRecord[]> {
  const { rows } = await pool.query<RecordRow>({
    name: 'read',
    text: READ,
    values: [topic, partition, after],
  });
  return rows.map(({ offset, key, value, headers }) => ({
    topic,
    partition,
    offset: BigInt(offset),
    key,
    value,
    headers: decodeHeaders(headers),
  }));
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
  /** bigint: a string in JavaScript. */
  readonly offset: string;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: Buffer;
}

const READ = `
  SELECT "offset", key, value, headers
    FROM (
      SELECT *, sum(length(value)) OVER (ORDER BY "offset") - length(value) AS bytes_before
        FROM (
          SELECT "offset", key, value, headers FROM bus.record
           WHERE topic = $1 AND partition = $2 AND "offset" > $3
           ORDER BY "offset" LIMIT ${BATCH_RECORDS}
        ) AS next
    ) AS weighed
   WHERE bytes_before IS NULL OR bytes_before < ${BATCH_BYTES}
   ORDER BY "offset"`;
