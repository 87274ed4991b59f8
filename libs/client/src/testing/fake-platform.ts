import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import { FakeBuilds } from './fake-builds.ts';
import { fakeRoutes } from './fake-routes.ts';
import { FakeStreams } from './fake-streams.ts';
import { FakeUploads } from './fake-uploads.ts';

/** A call as it arrived. */
export interface Recorded {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

/** What goes wrong with a call: cut before it is done, cut after it is done, cut within its answer, or refused. */
export type Fault =
  | 'cut'
  | 'lose'
  | { readonly cutAfterBytes: number }
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>> };

/** An answer as a route gives it; a stream keeps the connection. */
export type Answer =
  | {
      readonly status: number;
      readonly body?: unknown;
      readonly headers?: Readonly<Record<string, string>>;
    }
  | { readonly stream: (response: ServerResponse) => void };

/** The documented faces of a platform, in memory: for tests of what calls them. */
export class FakePlatform implements AsyncDisposable {
  readonly requests: Recorded[] = [];
  readonly builds: FakeBuilds;
  readonly streams = new FakeStreams();
  /** What `/readyz` and `/metrics` say; without them there is no such address. */
  health: { readonly readyz: Answer; readonly metrics: string } | undefined;
  readonly uploads = new FakeUploads();
  /** Asked for each call; the first answer that is not undefined happens. */
  fault: (request: Recorded) => Fault | undefined = () => undefined;

  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {
    this.builds = new FakeBuilds(new URL(url).host);
  }

  static async start(port = 0): Promise<FakePlatform> {
    const server = createServer();
    const { promise, resolve } = Promise.withResolvers<void>();
    server.listen(port, '127.0.0.1', resolve);
    await promise;
    const { port: taken } = server.address() as AddressInfo;
    const platform = new FakePlatform(server, `http://127.0.0.1:${taken}`);
    server.on('request', (request, response) => void platform.#serve(request, response));
    return platform;
  }

  /** The calls that arrived, as `METHOD /path`. */
  get calls(): readonly string[] {
    return this.requests.map(({ method, path }) => `${method} ${path}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.server.close(() => resolve());
    this.server.closeAllConnections();
    await promise;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const recorded = await recordedOf(request).catch(() => undefined);
    if (recorded === undefined) return;
    this.requests.push(recorded);
    const fault = this.fault(recorded);
    if (fault === 'cut') return void request.socket.destroy();
    if (typeof fault === 'object' && 'status' in fault) {
      response.writeHead(fault.status, fault.headers).end();
      return;
    }
    const answer = fakeRoutes(this, recorded);
    if (fault === 'lose') return void request.socket.destroy();
    if ('stream' in answer) return answer.stream(response);
    const { status, body, headers } = answer;
    const isBytes = Buffer.isBuffer(body) || typeof body === 'string';
    const type = status < 400 ? 'application/json' : 'application/problem+json';
    response.writeHead(status, { ...(!isBytes && { 'content-type': type }), ...headers });
    if (fault !== undefined && isBytes) return cut(response, body, fault.cutAfterBytes);
    response.end(isBytes ? body : body === undefined ? undefined : JSON.stringify(body));
  }
}

function cut(response: ServerResponse, body: Buffer | string, afterBytes: number): void {
  response.write(Buffer.from(body).subarray(0, afterBytes), () => response.destroy());
}

async function recordedOf(request: IncomingMessage): Promise<Recorded> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  const { method = '', url = '', headers } = request;
  return { method, path: url, headers, body: Buffer.concat(chunks) };
}
