import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request that went through. */
export interface Passed {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly bodyBytes: number;
  readonly status: number;
}

/** Stands between a client and the platform, notes what passes, and can lose answers on their way back. */
export class WatchingProxy implements AsyncDisposable {
  readonly passed: Passed[] = [];
  /** Asked once the platform has answered; true cuts the connection in the place of the answer. */
  losesAnswer: (passed: Passed) => boolean = () => false;

  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  static async start(target: string): Promise<WatchingProxy> {
    const server = createServer();
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    const proxy = new WatchingProxy(server, `http://localhost:${port}`);
    server.on('request', (incoming, outgoing) => {
      const { method = '', url = '', headers } = incoming;
      let bodyBytes = 0;
      incoming.on('data', (chunk: Buffer) => (bodyBytes += chunk.length));
      const forwarded = request(new URL(url, target), { method, headers });
      forwarded.on('error', () => outgoing.destroy());
      forwarded.on('response', (answer: IncomingMessage) => {
        const passed = { method, path: url, bodyBytes, status: answer.statusCode ?? 0 };
        proxy.passed.push(passed);
        if (proxy.losesAnswer(passed)) return void outgoing.destroy();
        outgoing.writeHead(passed.status, answer.headers);
        answer.pipe(outgoing);
      });
      incoming.pipe(forwarded);
    });
    return proxy;
  }

  /** Breaks every connection off, whatever is under way. */
  cut(): void {
    this.server.closeAllConnections();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.cut();
    await this.server[Symbol.asyncDispose]();
  }
}
