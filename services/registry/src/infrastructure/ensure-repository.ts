import type { EntityManager } from 'typeorm';

/** Makes the repository on first use; others may do the same at the same time. */
export async function ensureRepository(manager: EntityManager, repository: string): Promise<void> {
  await manager.query(`INSERT INTO repository (name) VALUES ($1) ON CONFLICT DO NOTHING`, [
    repository,
  ]);
}
