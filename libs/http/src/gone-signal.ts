import type { Socket } from 'node:net';

import type { FastifyRequest } from 'fastify';

const signals = new WeakMap<Socket, AbortSignal>();

/** Aborted when the caller has closed the connection before the answer. */
export function goneSignal({ raw: { socket } }: FastifyRequest): AbortSignal {
  const known = signals.get(socket);
  if (known) return known;
  // One listener for all the requests of a connection: there may be thousands, one after the other.
  const gone = new AbortController();
  socket.once('close', () => gone.abort());
  signals.set(socket, gone.signal);
  return gone.signal;
}
