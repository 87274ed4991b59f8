import { failPoint } from '@floe/fail-point';
import { type Bus, deadline, decodeHeaders, type OutgoingRecord } from '@floe/messaging';
import type { ClientBase } from 'pg';

const BATCH_RECORDS = 500;
const BATCH_BYTES = 8 * 1024 * 1024;
/** Shorter than the server's patience with a silent session: the lock outlives the sending. */
const PUBLISH_DEADLINE_MS = 20_000;

export interface Relayed {
  readonly count: number;
  /** Whether facts that were committed before may be left, as the batch took no more. */
  readonly isFull: boolean;
}

/** Sends the next unsent facts in their order and marks them after the bus has them. */
export async function relayBatch(
  session: ClientBase,
  bus: Bus,
  signal: AbortSignal,
): Promise<Relayed> {
  const { rows } = await session.query<OutboxRow>({ name: 'unsent', text: UNSENT });
  if (rows.length === 0) return { count: 0, isFull: false };

  using bounded = deadline(signal, PUBLISH_DEADLINE_MS);
  await bus.publish(rows.map(recordOf), bounded.signal);
  failPoint('relay.sent');
  await session.query({
    name: 'mark',
    text: `UPDATE outbox SET sent_at = now() WHERE position = ANY($1)`,
    values: [rows.map(({ position }) => position)],
  });
  const bytes = rows.reduce((sum, { value }) => sum + value.length, 0);
  return { count: rows.length, isFull: rows.length === BATCH_RECORDS || bytes >= BATCH_BYTES };
}

interface OutboxRow {
  /** bigint: a string in JavaScript. */
  readonly position: string;
  readonly topic: string;
  readonly key: Buffer;
  readonly value: Buffer;
  readonly headers: Buffer;
}

const UNSENT = `
  SELECT position, topic, key, value, headers
    FROM (
      SELECT *, sum(length(value)) OVER (ORDER BY position) - length(value) AS bytes_before
        FROM (
          SELECT position, topic, key, value, headers FROM outbox
           WHERE sent_at IS NULL ORDER BY position LIMIT ${BATCH_RECORDS}
        ) AS next
    ) AS weighed
   WHERE bytes_before < ${BATCH_BYTES}
   ORDER BY position`;

function recordOf({ topic, key, value, headers }: OutboxRow): OutgoingRecord {
  return { topic, key, value, headers: decodeHeaders(headers) };
}
