import type { EntityManager } from 'typeorm';

/** Puts jobs back whose worker died, which counts as a death. Gives their number. */
export async function reapLeases(manager: EntityManager): Promise<number> {
  const [, reaped]: [unknown[], number] = await manager.query(
    `UPDATE job SET state = 'waiting', deaths = deaths + 1, lease_owner = NULL, lease_until = NULL
      WHERE id IN (SELECT id FROM job WHERE state = 'running' AND lease_until < now() FOR UPDATE SKIP LOCKED)`,
  );
  return reaped;
}

/** The same for all leases of others, when there can be no other process: it was killed and this is its successor. */
export async function voidLeases(owner: string, manager: EntityManager): Promise<void> {
  await manager.query(
    `UPDATE job SET state = 'waiting', deaths = deaths + 1, lease_owner = NULL, lease_until = NULL
      WHERE state = 'running' AND lease_owner <> $1`,
    [owner],
  );
}
