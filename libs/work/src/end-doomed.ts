import type { EntityManager } from 'typeorm';

import { type JobRow, jobOf } from './job-row.ts';
import type { Job } from './job.ts';

export interface DoomedJob<Payload> {
  readonly job: Job<Payload>;
  readonly why: 'cancelled' | 'deadline' | 'deaths';
}

/** Ends one waiting job that must not run again, under a fence of its own; `undefined` when there is none. */
export async function endDoomed<Payload>(
  maxDeaths: number,
  manager: EntityManager,
): Promise<DoomedJob<Payload> | undefined> {
  const [rows]: [(JobRow & { readonly why: DoomedJob<Payload>['why'] })[], number] =
    await manager.query(END_DOOMED, [maxDeaths]);
  return rows.map((row) => ({ job: jobOf<Payload>(row), why: row.why }))[0];
}

const END_DOOMED = `
  WITH doomed AS (
    SELECT id, payload FROM job
     WHERE state = 'waiting' AND (cancel_requested_at IS NOT NULL OR deaths > 0 OR deadline_at IS NOT NULL)
       AND (cancel_requested_at IS NOT NULL OR deaths >= $1 OR deadline_at <= now())
     LIMIT 1 FOR UPDATE SKIP LOCKED
  )
  UPDATE job SET state = 'done', fence = fence + 1, finished_at = now(), payload = NULL
    FROM doomed WHERE job.id = doomed.id
  RETURNING job.id, job.team, doomed.payload, job.fence, job.errors, job.deaths, job.traceparent,
            now() AS claimed_at, NULL AS deadline_in_ms,
            CASE WHEN cancel_requested_at IS NOT NULL THEN 'cancelled'
                 WHEN deadline_at <= now() THEN 'deadline' ELSE 'deaths' END AS why`;
