import type { DataSource } from 'typeorm';

/** What waits to be told. */
export interface OutboxState {
  readonly unsent: number;
  /** How long the oldest of them waits; zero when none does. */
  readonly oldestMs: number;
}

export async function outboxState(dataSource: DataSource): Promise<OutboxState> {
  const [row]: [{ unsent: number; oldest_ms: number }] = await dataSource.query(
    `SELECT count(*)::int AS unsent,
            COALESCE(1000 * EXTRACT(epoch FROM now() - min(added_at)), 0)::float8 AS oldest_ms
       FROM outbox WHERE sent_at IS NULL`,
  );
  return { unsent: row.unsent, oldestMs: row.oldest_ms };
}
