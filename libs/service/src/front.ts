import { once } from 'node:events';
import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http';

import { within } from '@floe/messaging';

/** How long requests that are being answered may go on while the process stops. */
const GRACE_MS = 5_000;
const LOOK_AGAIN_MS = 100;
const RETRY_AFTER_S = 1;
/** As Fastify has it: longer than proxies keep a connection that they believe to be alive. */
const KEEP_ALIVE_MS = 72_000;

/** Why each part does not answer yet, `ok` where it does. */
export type Waiting = () => Readonly<Record<string, string>>;

/**
 * The port of a process. It answers from the start on: `/healthz` with yes, `/readyz` with what is waited for, all
 * else with "try again", until the service itself can answer. Disposing lets running requests end, then cuts them.
 */
export class Front implements AsyncDisposable {
  #answer: RequestListener;

  private constructor(
    private readonly server: Server,
    waiting: Waiting,
  ) {
    this.#answer = (request, response) => answerWaiting(request.url ?? '/', response, waiting);
    server.on('request', (request, response) => this.#answer(request, response));
  }

  static async listen(port: number, host: string, waiting: Waiting): Promise<Front> {
    // A body of 1 GiB may take long; where it is read, its pauses are bounded.
    const server = createServer({ requestTimeout: 0, keepAliveTimeout: KEEP_ALIVE_MS });
    const front = new Front(server, waiting);
    server.listen(port, host);
    await once(server, 'listening');
    return front;
  }

  /** The port in use. */
  get port(): number {
    const address = this.server.address();
    if (address === null || typeof address === 'string') throw new TypeError('not listening');
    return address.port;
  }

  /** From now on the service answers. */
  handOver(answer: RequestListener): void {
    this.#answer = answer;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = once(this.server, 'close');
    this.server.close();
    // A connection that was busy at the close and is idle now would be kept alive.
    const idle = setInterval(() => this.server.closeIdleConnections(), LOOK_AGAIN_MS);
    await within(GRACE_MS, closed);
    clearInterval(idle);
    this.server.closeAllConnections();
    await closed;
  }
}

function answerWaiting(url: string, response: ServerResponse, waiting: Waiting): void {
  const path = url.split('?', 1)[0];
  if (path === '/healthz') return send(response, 200, 'application/json', { status: 'ok' });
  if (path === '/readyz') {
    const readiness = { status: 'not-ready', checks: waiting() };
    return send(response, 503, 'application/json', readiness);
  }
  response.setHeader('retry-after', String(RETRY_AFTER_S));
  send(response, 503, 'application/problem+json', {
    type: '/problems/unavailable',
    title: 'unavailable',
    status: 503,
    code: 'UNAVAILABLE',
    detail: 'The service waits for a part that it needs; /readyz names it.',
  });
}

function send(response: ServerResponse, status: number, type: string, body: object): void {
  const bytes = Buffer.from(JSON.stringify(body));
  // The body of the request, if there is one, is not read: the connection cannot be used again.
  const headers = { 'content-type': type, 'content-length': bytes.length, connection: 'close' };
  response.writeHead(status, headers).end(bytes);
}
