import type { EntityManager } from 'typeorm';

import { type JobRow, jobOf } from './job-row.ts';
import type { Job } from './job.ts';

export interface Claim {
  readonly owner: string;
  readonly slots: number;
  readonly leaseMs: number;
  readonly maxDeaths: number;
}

/** Concurrent claimers look this many times further than their slots, so that the locks of one do not starve another. */
const REACH = 8;

/**
 * Leases up to `slots` jobs in one statement: first the job whose team has the fewest running before it, then the
 * oldest. Each waiting team is found by one probe of the index, so a team's long queue costs the others nothing.
 */
export async function claimJobs<Payload>(
  { owner, slots, leaseMs, maxDeaths }: Claim,
  manager: EntityManager,
): Promise<readonly Job<Payload>[]> {
  const [rows]: [JobRow[], number] = await manager.query(CLAIM, [owner, slots, leaseMs, maxDeaths]);
  return rows.map((row) => jobOf<Payload>(row));
}

const CLAIM = `
  WITH RECURSIVE waiting_team (team) AS (
    (SELECT team FROM job WHERE state = 'waiting' ORDER BY team LIMIT 1)
    UNION ALL
    SELECT (SELECT job.team FROM job
             WHERE state = 'waiting' AND job.team > waiting_team.team ORDER BY job.team LIMIT 1)
      FROM waiting_team WHERE waiting_team.team IS NOT NULL
  ), busy AS (
    SELECT team, count(*) AS jobs FROM job WHERE state = 'running' GROUP BY team
  ), candidate AS (
    SELECT oldest.id, oldest.enqueued_at,
           COALESCE(busy.jobs, 0) + row_number() OVER (PARTITION BY team ORDER BY oldest.enqueued_at, oldest.id) AS turn
      FROM waiting_team
      CROSS JOIN LATERAL (
        SELECT id, enqueued_at FROM job
         WHERE state = 'waiting' AND job.team = waiting_team.team AND not_before <= now()
           AND cancel_requested_at IS NULL AND deaths < $4 AND (deadline_at IS NULL OR deadline_at > now())
         ORDER BY enqueued_at, id LIMIT $2::int * ${REACH}
      ) AS oldest
      LEFT JOIN busy USING (team)
  ), chosen AS (
    SELECT job.id
      FROM (SELECT * FROM candidate ORDER BY turn, enqueued_at, id LIMIT $2::int * ${REACH}) AS near
      JOIN job USING (id)
     WHERE job.state = 'waiting' AND job.cancel_requested_at IS NULL
     ORDER BY near.turn, near.enqueued_at, near.id
     LIMIT $2::int
       FOR UPDATE OF job SKIP LOCKED
  )
  UPDATE job
     SET state = 'running', fence = fence + 1, lease_owner = $1,
         lease_until = now() + $3::float8 * interval '1 ms',
         deadline_at = COALESCE(deadline_at, now() + deadline_ms * interval '1 ms')
    FROM chosen WHERE job.id = chosen.id
  RETURNING job.*, now() AS claimed_at, extract(epoch FROM deadline_at - now())::float8 * 1000 AS deadline_in_ms`;
