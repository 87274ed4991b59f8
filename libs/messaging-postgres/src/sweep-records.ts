import { setTimeout as sleep } from 'node:timers/promises';

import type { Pool } from 'pg';

import { FORGET_MEMBERS } from './members.ts';

const PERIOD_MS = 60_000;
const BATCH_RECORDS = 1_000;

/** How long records stay, by the clock of the server. */
export interface Retention {
  /** Once all groups that read the topic have committed them. */
  readonly readMs: number;
  /** In any case. */
  readonly unreadMs: number;
}

/** Sweeps once a minute until aborted. */
export async function keepSwept(
  pool: Pool,
  retention: Retention,
  report: (error: unknown) => void,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    await sleep(PERIOD_MS, undefined, { signal, ref: false }).catch(() => {});
    if (signal.aborted) return;
    try {
      await pool.query(FORGET_MEMBERS);
      while ((await sweepRecords(pool, retention)) === BATCH_RECORDS) signal.throwIfAborted();
    } catch (error) {
      if (!signal.aborted) report(error);
    }
  }
}

/** Deletes a small batch of records that are no longer kept; gives their number. */
export async function sweepRecords(pool: Pool, { readMs, unreadMs }: Retention): Promise<number> {
  const { rowCount } = await pool.query(
    `DELETE FROM bus.record WHERE ctid = ANY(ARRAY(
       SELECT record.ctid
         FROM bus.partition AS part
         CROSS JOIN LATERAL (
           SELECT min("offset") AS "offset" FROM bus.committed
            WHERE topic = part.topic AND partition = part.partition
         ) AS read
         CROSS JOIN LATERAL (
           SELECT ctid, "offset", appended_at FROM bus.record
            WHERE topic = part.topic AND partition = part.partition
            ORDER BY "offset" LIMIT ${BATCH_RECORDS}
         ) AS record
        WHERE record.appended_at < now() - make_interval(secs => $2)
           OR (record.appended_at < now() - make_interval(secs => $1) AND record."offset" <= read."offset")
        LIMIT ${BATCH_RECORDS}
     ))`,
    [readMs / 1_000, unreadMs / 1_000],
  );
  return rowCount ?? 0;
}
