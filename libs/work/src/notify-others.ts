import type { EntityManager } from 'typeorm';

/** What other processes of the service may be told; the names of the bells that it rings there. */
export type WorkNews = 'claimable' | 'upkeep';

/** Wakes the service's workers in other processes; outside a transaction, or at its commit. */
export async function notifyOthers(news: WorkNews, manager: EntityManager): Promise<void> {
  await manager.query(`SELECT pg_notify(current_schema() || '.job', $1)`, [news]);
}
