import type { Socket } from 'node:net';

import type { FastifyInstance } from 'fastify';

import type { Metrics } from './metrics.ts';

/** Measures what passes through the server: how long requests take, and the bytes of its connections. */
export function measureHttp(fastify: FastifyInstance, metrics: Metrics): void {
  const connections = new ConnectionBytes();
  metrics.add({
    name: 'connections',
    read: async () => [
      { gauge: 'floe_http_received_bytes', value: connections.total('bytesRead') },
      { gauge: 'floe_http_sent_bytes', value: connections.total('bytesWritten') },
    ],
  });
  fastify.addHook('onRequest', ({ raw }, _reply, done) => {
    connections.add(raw.socket);
    done();
  });
  fastify.addHook('onResponse', ({ method, routeOptions }, { statusCode, elapsedTime }, done) => {
    const labels = { method, route: routeOptions.url ?? 'none', status: String(statusCode) };
    metrics.observe('floe_http_request_seconds', labels, elapsedTime / 1_000);
    done();
  });
}

type Direction = 'bytesRead' | 'bytesWritten';

/** Of all connections that ever made a request, the open ones as far as they are. */
class ConnectionBytes {
  readonly #open = new Set<Socket>();
  readonly #closed = { bytesRead: 0, bytesWritten: 0 };

  add(socket: Socket): void {
    if (this.#open.has(socket)) return;
    this.#open.add(socket);
    socket.once('close', () => {
      this.#open.delete(socket);
      this.#closed.bytesRead += socket.bytesRead;
      this.#closed.bytesWritten += socket.bytesWritten;
    });
  }

  total(direction: Direction): number {
    let sum = this.#closed[direction];
    for (const socket of this.#open) sum += socket[direction];
    return sum;
  }
}
