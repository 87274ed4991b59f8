import type { FastifyInstance } from 'fastify';

const MOST_MS = 5_000;

/**
 * What is left of a body that was answered before its end is read and dropped: its sender may see the answer only when
 * it has sent everything, and the next request of the connection stands behind it. A sender that goes on for too long
 * loses the connection (RFC 9112, 9.6).
 */
export function readToTheEnd(fastify: FastifyInstance): void {
  fastify.addHook('onResponse', async ({ raw }) => {
    if (raw.readableEnded || raw.destroyed) return;
    // Node does so by itself only for a body that nobody began to read; a reader that stopped would hold it up.
    raw.removeAllListeners('readable');
    raw.resume();
    const patience = setTimeout(() => raw.destroy(), MOST_MS);
    for (const event of ['end', 'close']) raw.once(event, () => clearTimeout(patience));
  });
}
