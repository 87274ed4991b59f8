import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';

import { S3BlobStore } from '@floe/storage';

import type { PartSettings } from './part-settings.ts';
import { TestParts } from './test-parts.ts';

/** S3 takes no smaller parts, but the last. */
export const PART_BYTES = 5 * 1024 * 1024;

/** A server with buckets. */
interface Server {
  readonly endpoint: string;
  readonly accessKey: string;
  readonly secretKey: string;
}

/** An empty bucket of it. */
interface Bucket {
  readonly name: string;
  readonly names: () => Promise<readonly string[]>;
}

export interface TwoProcesses extends AsyncDisposable {
  readonly first: TestParts;
  readonly second: TestParts;
  /** The bucket, past both of them. */
  readonly store: S3BlobStore;
  /** Ranges of objects, as the processes asked for them. */
  readBack(): readonly string[];
  /** Parts of this process wait before they reach the bucket, until it is disposed of. */
  hold(process: 'first' | 'second'): Held;
  names(): Promise<readonly string[]>;
}

export interface Held extends Disposable {
  readonly isWaiting: () => boolean;
}

/** Two processes on one bucket and one database, which it takes over. */
export async function startTwo(
  { endpoint, accessKey, secretKey }: Server,
  bucket: Bucket,
  postgres: Parameters<typeof TestParts.start>[0],
  settings: Partial<PartSettings> = {},
): Promise<TwoProcesses> {
  const at = (url: string): S3BlobStore => {
    const query = new URLSearchParams({ endpoint: url, pathStyle: 'true' });
    return S3BlobStore.at(`s3://${bucket.name}?${query.toString()}`, { accessKey, secretKey });
  };
  await using started = new AsyncDisposableStack();
  const one = started.use(await startWire(endpoint));
  const other = started.use(await startWire(endpoint));
  const options = { partBytes: PART_BYTES, settings };
  const first = started.use(await TestParts.start(postgres, { ...options, store: at(one.url) }));
  const second = started.use(await first.another({ ...options, store: at(other.url) }));
  const stack = started.move();
  return {
    first,
    second,
    store: at(endpoint),
    readBack: () => [...one.ranges, ...other.ranges],
    hold: (process) => (process === 'first' ? one : other).hold(),
    names: () => bucket.names(),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

/** Passes requests on to the bucket. */
async function startWire(endpoint: string) {
  const target = new URL(endpoint);
  const ranges: string[] = [];
  let held: Promise<void> = Promise.resolve();
  let waiting = 0;
  const server = createServer((incoming, outgoing) => {
    const { method = '', url = '', headers } = incoming;
    if (headers.range !== undefined) ranges.push(headers.range);
    const isPart = method === 'PUT' && url.includes('partNumber=');
    const passOn = (): void => {
      const passed = request({
        host: target.hostname,
        port: target.port,
        method,
        path: url,
        headers,
      });
      passed.on('response', (answer) => {
        outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
        answer.pipe(outgoing);
      });
      passed.on('error', () => outgoing.destroy());
      incoming.pipe(passed);
    };
    if (!isPart) return passOn();
    waiting += 1;
    void held.then(passOn).finally(() => (waiting -= 1));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    ranges,
    hold(): Held {
      const { promise, resolve } = Promise.withResolvers<void>();
      held = promise;
      return { isWaiting: () => waiting > 0, [Symbol.dispose]: resolve };
    },
    async [Symbol.asyncDispose](): Promise<void> {
      server.closeAllConnections();
      await server[Symbol.asyncDispose]();
    },
  };
}
