import { abortable } from '@floe/messaging';
import type { Pool, PoolClient } from 'pg';

/**
 * Runs `work` on a connection of the pool and rejects at the abort, whatever the server does. A connection that failed
 * is closed, not reused: an answer may still be on its way.
 */
export async function withClient<Result>(
  pool: Pool,
  work: (client: PoolClient) => Promise<Result>,
  signal: AbortSignal,
): Promise<Result> {
  const client = await connected(pool, signal);
  try {
    const result = await abortable(work(client), signal);
    client.release();
    return result;
  } catch (error) {
    client.release(true);
    throw error;
  }
}

/** A connection that comes after the abort goes back. */
async function connected(pool: Pool, signal: AbortSignal): Promise<PoolClient> {
  const connecting = pool.connect();
  try {
    return await abortable(connecting, signal);
  } catch (error) {
    connecting.then((client) => client.release()).catch(() => {});
    throw error;
  }
}
