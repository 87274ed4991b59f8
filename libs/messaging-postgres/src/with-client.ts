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
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const abort = (): void => reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  try {
    const client = await connected(pool, aborted);
    try {
      const result = await Promise.race([work(client), aborted]);
      client.release();
      return result;
    } catch (error) {
      client.release(true);
      throw error;
    }
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

/** A connection that comes after the abort goes back. */
async function connected(pool: Pool, aborted: Promise<never>): Promise<PoolClient> {
  const connecting = pool.connect();
  try {
    return await Promise.race([connecting, aborted]);
  } catch (error) {
    connecting.then((client) => client.release()).catch(() => {});
    throw error;
  }
}
