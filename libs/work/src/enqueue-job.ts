import type { EntityManager } from 'typeorm';

import type { NewJob } from './job.ts';

/** Whether the job is new, and whether a cancel was there before it. Both kinds of statement meet at the primary key. */
export async function enqueueJob(
  { id, team, payload, deadlineMs }: NewJob<unknown>,
  manager: EntityManager,
): Promise<{ readonly cancelled: boolean } | undefined> {
  const rows: { cancelled: boolean }[] = await manager.query(
    `INSERT INTO job (id, team, payload, deadline_ms, state) VALUES ($1, $2, $3, $4, 'waiting')
     ON CONFLICT (id) DO UPDATE
       SET team = excluded.team, payload = excluded.payload, deadline_ms = excluded.deadline_ms,
           state = 'waiting', enqueued_at = now()
     WHERE job.state = 'expected'
     RETURNING cancel_requested_at IS NOT NULL AS cancelled`,
    [id, team, JSON.stringify(payload), deadlineMs ?? null],
  );
  return rows[0];
}
