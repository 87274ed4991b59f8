import type { EntityManager } from 'typeorm';

import type { Job } from './job.ts';

type Held = Pick<Job<unknown>, 'id' | 'fence'>;

export interface FinishedJob {
  readonly id: string;
  readonly fence: number;
  readonly cancelled: boolean;
}

/**
 * Ends those of the jobs whose fence still counts; nothing of the others does. The rows are locked until commit, in one
 * order: a cancel comes before and is seen here, or after and finds the job done.
 */
export async function finishJobs(
  jobs: readonly Held[],
  manager: EntityManager,
): Promise<readonly FinishedJob[]> {
  const [rows]: [FinishedJob[], number] = await manager.query(
    `WITH held AS (
       SELECT job.id FROM job
         JOIN unnest($1::uuid[], $2::int[]) AS mine (id, fence) ON mine.id = job.id AND mine.fence = job.fence
        WHERE job.state = 'running' ORDER BY job.id FOR NO KEY UPDATE OF job
     )
     UPDATE job SET state = 'done', finished_at = now(), payload = NULL, lease_owner = NULL, lease_until = NULL
       FROM held WHERE job.id = held.id
     RETURNING job.id, job.fence, job.cancel_requested_at IS NOT NULL AS cancelled`,
    [jobs.map(({ id }) => id), jobs.map(({ fence }) => fence)],
  );
  return rows;
}

/** The ids of those whose fence still counts; nobody takes them over before the transaction ends. */
export async function holdJobs(
  jobs: readonly Held[],
  manager: EntityManager,
): Promise<readonly string[]> {
  const rows: { readonly id: string }[] = await manager.query(
    `SELECT job.id FROM job
       JOIN unnest($1::uuid[], $2::int[]) AS mine (id, fence) ON mine.id = job.id AND mine.fence = job.fence
      WHERE job.state = 'running' ORDER BY job.id FOR NO KEY UPDATE OF job`,
    [jobs.map(({ id }) => id), jobs.map(({ fence }) => fence)],
  );
  return rows.map(({ id }) => id);
}

/** Puts the job back after an error, to be claimed again after the pause. */
export async function retryJob(
  { id, fence }: Held,
  pauseMs: number,
  manager: EntityManager,
): Promise<void> {
  await manager.query(
    `UPDATE job SET state = 'waiting', errors = errors + 1, not_before = now() + $3::float8 * interval '1 ms',
                    lease_owner = NULL, lease_until = NULL
      WHERE id = $1 AND fence = $2 AND state = 'running'`,
    [id, fence, pauseMs],
  );
}

/** Puts the job back that a stopping process holds, uncounted. */
export async function giveBackJob({ id, fence }: Held, manager: EntityManager): Promise<void> {
  await manager.query(
    `UPDATE job SET state = 'waiting', lease_owner = NULL, lease_until = NULL
      WHERE id = $1 AND fence = $2 AND state = 'running'`,
    [id, fence],
  );
}
