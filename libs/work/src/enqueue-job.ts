import type { EntityManager } from 'typeorm';

import type { NewJob } from './job.ts';

/**
 * Tells of each job that is new whether a cancel was there before it. Both kinds of statement meet at the primary key;
 * the ids go in order, so that two transactions do not wait for each other.
 */
export async function enqueueJobs(
  jobs: readonly NewJob<unknown>[],
  manager: EntityManager,
): Promise<readonly { readonly cancelled: boolean }[]> {
  const byId = new Map(jobs.toReversed().map((job) => [job.id, job]));
  const rows = [...byId.values()].toSorted((a, b) => (a.id < b.id ? -1 : 1));
  return manager.query(
    `INSERT INTO job (id, team, payload, deadline_ms, traceparent, state)
     SELECT id, team, payload::jsonb, deadline_ms, traceparent, 'waiting'
       FROM unnest($1::uuid[], $2::text[], $3::text[], $4::int[], $5::text[])
            AS new (id, team, payload, deadline_ms, traceparent)
     ON CONFLICT (id) DO UPDATE
       SET team = excluded.team, payload = excluded.payload, deadline_ms = excluded.deadline_ms,
           traceparent = excluded.traceparent, state = 'waiting', enqueued_at = now()
     WHERE job.state = 'expected'
     RETURNING cancel_requested_at IS NOT NULL AS cancelled`,
    [
      rows.map(({ id }) => id),
      rows.map(({ team }) => team),
      rows.map(({ payload }) => JSON.stringify(payload)),
      rows.map(({ deadlineMs }) => deadlineMs ?? null),
      rows.map(({ traceparent }) => traceparent ?? null),
    ],
  );
}
