import type { FastifyRequest } from 'fastify';

/** Aborted when the caller has closed the connection before the answer. */
export function goneSignal(request: FastifyRequest): AbortSignal {
  const gone = new AbortController();
  request.raw.socket.once('close', () => gone.abort());
  return gone.signal;
}
