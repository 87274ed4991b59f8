import type { EntityManager } from 'typeorm';

import type { Job } from './job.ts';

export interface RenewedLease {
  readonly id: string;
  readonly fence: number;
  readonly cancelled: boolean;
}

/**
 * Renews all leases of a process in one statement; those that it does not give back are lost. Rows are locked in the
 * order in which finishing locks them.
 */
export async function renewLeases(
  jobs: readonly Pick<Job<unknown>, 'id' | 'fence'>[],
  leaseMs: number,
  manager: EntityManager,
): Promise<readonly RenewedLease[]> {
  const [rows]: [RenewedLease[], number] = await manager.query(
    `WITH held AS (
       SELECT job.id FROM job
         JOIN unnest($1::uuid[], $2::int[]) AS mine (id, fence) ON mine.id = job.id AND mine.fence = job.fence
        WHERE job.state = 'running' ORDER BY job.id FOR NO KEY UPDATE OF job
     )
     UPDATE job SET lease_until = now() + $3::float8 * interval '1 ms'
       FROM held WHERE job.id = held.id
     RETURNING job.id, job.fence, job.cancel_requested_at IS NOT NULL AS cancelled`,
    [jobs.map(({ id }) => id), jobs.map(({ fence }) => fence), leaseMs],
  );
  return rows;
}
