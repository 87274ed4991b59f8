import { once } from 'node:events';
import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Where a request goes; nowhere as long as nobody is there. */
export type Target = (method: string, path: string) => Promise<string | undefined>;

export interface Front extends AsyncDisposable {
  readonly url: string;
}

/** A proxy on a free port of loopback that sends each request where `target` says, after it resolves. */
export async function listen(target: Target): Promise<Front> {
  const agent = new Agent({ keepAlive: true });
  const server = createServer(
    (incoming, outgoing) => void forward(incoming, outgoing, target, agent),
  );
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      agent.destroy();
      await server[Symbol.asyncDispose]();
    },
  };
}

async function forward(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  target: Target,
  agent: Agent,
): Promise<void> {
  const { method = '', url = '/', headers } = incoming;
  const base = await target(method, url.split('?')[0] ?? url);
  if (base === undefined) return void outgoing.writeHead(503, { 'retry-after': '1' }).end();
  const to = new URL(url, base);
  const forwarded = request(to, { method, headers, agent });
  forwarded.on('error', () => outgoing.destroy());
  forwarded.on('response', (answer) => {
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(outgoing);
  });
  incoming.pipe(forwarded);
}
