import type { EntityManager } from 'typeorm';

/** Marks the job, or makes its row when the job is not known yet; one that is done stays as it is. */
export async function requestCancel(id: string, manager: EntityManager): Promise<void> {
  await manager.query(
    `INSERT INTO job (id, state, cancel_requested_at) VALUES ($1, 'expected', now())
     ON CONFLICT (id) DO UPDATE SET cancel_requested_at = now()
     WHERE job.state <> 'done' AND job.cancel_requested_at IS NULL`,
    [id],
  );
}
