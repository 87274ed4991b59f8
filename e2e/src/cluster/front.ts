import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import { type Service, serviceOf } from '@floe/deploy/routes';

/** Where the running replicas of a service listen. */
type Replicas = (service: Service) => readonly string[];

/** One address for all services, by the routes of the real proxy; replicas take turns. */
export class Front implements AsyncDisposable {
  #turn = 0;
  readonly #server = createServer((incoming, outgoing) => this.#forward(incoming, outgoing));
  /** Requests to this service wait until it says otherwise. */
  #held: { readonly service: Service; readonly opened: Promise<void> } | undefined;

  private constructor(private readonly replicas: Replicas) {}

  static async listen(replicas: Replicas): Promise<Front> {
    const front = new Front(replicas);
    await once(front.#server.listen(0, '127.0.0.1'), 'listening');
    return front;
  }

  get url(): string {
    return `http://localhost:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Lets requests to a service wait; gives what lets them go on. */
  hold(service: Service): () => void {
    const { promise: opened, resolve } = Promise.withResolvers<void>();
    this.#held = { service, opened };
    return () => {
      this.#held = undefined;
      resolve();
    };
  }

  #forward(incoming: IncomingMessage, outgoing: ServerResponse): void {
    const { method = '', url = '/', headers } = incoming;
    const service = serviceOf(url.split('?')[0] ?? url);
    const replicas = this.replicas(service);
    const replica = replicas[this.#turn++ % replicas.length];
    if (replica === undefined) return answerAway(outgoing);
    const forwarded = request(new URL(url, replica), { method, headers });
    forwarded.on('error', () => (outgoing.headersSent ? outgoing.destroy() : answerAway(outgoing)));
    forwarded.on('response', (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
      answer.on('error', () => outgoing.destroy());
    });
    outgoing.on('close', () => forwarded.destroy());
    const held = this.#held?.service === service ? this.#held.opened : undefined;
    if (held === undefined) return void incoming.pipe(forwarded);
    void held.then(() => incoming.pipe(forwarded));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await this.#server[Symbol.asyncDispose]();
  }
}

function answerAway(outgoing: ServerResponse): void {
  outgoing.writeHead(503, { 'content-type': 'application/problem+json', 'retry-after': '1' });
  outgoing.end(JSON.stringify({ title: 'unavailable', status: 503, code: 'UNAVAILABLE' }));
}
