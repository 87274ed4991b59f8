import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import { describe, expect, it } from 'vitest';

import { FloeClient } from '../floe-client.ts';
import { FakePlatform } from '../testing/index.ts';

const quick = { attempts: 3, firstDelayMs: 1, maxDelayMs: 2 };

function clientTold(status: number, body: unknown): FloeClient {
  const fetch = async (): Promise<Response> => Response.json(body, { status });
  return new FloeClient({ url: 'http://floe.test', fetch });
}

async function silentFetch(_: unknown, init?: RequestInit): Promise<Response> {
  const { promise, reject } = Promise.withResolvers<Response>();
  init?.signal?.addEventListener('abort', () => reject(init.signal?.reason as Error));
  return await promise;
}

/** As undici does: it reads a part of the body and leaves it when the connection fails. */
async function breakingFetch(_: unknown, init?: RequestInit): Promise<Response> {
  const body = init?.body;
  if (body instanceof ReadableStream) await body.getReader().read();
  throw new TypeError('fetch failed');
}

describe('FloeClient', () => {
  it('tells the problem of a refusal with code, detail and hint', async () => {
    const client = clientTold(400, {
      code: 'UNKNOWN_FIELD',
      detail: 'The request has a field that does not exist.',
      hint: 'Look for a typo.',
      errors: [{ pointer: '/runtim', message: 'is not known' }],
    });

    await expect(client.platform()).rejects.toMatchObject({
      name: 'FloeProblem',
      status: 400,
      code: 'UNKNOWN_FIELD',
      message: 'The request has a field that does not exist.',
      hint: 'Look for a typo.',
      errors: [{ pointer: '/runtim', message: 'is not known' }],
    });
  });

  it('ignores what it does not know in an answer', async () => {
    const item = { team: 'a', name: 'b', versionCount: 0, colour: 'red' };
    const client = clientTold(200, { items: [item], total: 1 });

    expect(await client.models.list()).toEqual({
      items: [{ team: 'a', name: 'b', versionCount: 0, aliases: {} }],
    });
  });

  it('says that another server answers', async () => {
    const client = clientTold(200, '<html>hello</html>');

    await expect(client.platform()).rejects.toMatchObject({ name: 'AnswerNotUnderstood' });
  });

  it('says at once that nobody listens, when nobody ever did', async () => {
    const platform = await FakePlatform.start();
    await platform[Symbol.asyncDispose]();
    const client = new FloeClient({ url: platform.url, retry: { firstDelayMs: 60_000 } });

    await expect(client.platform()).rejects.toMatchObject({
      name: 'PlatformUnreachable',
      message: expect.stringContaining('nothing listens there') as string,
    });
  });

  it('finds a platform again that restarts', async () => {
    const first = await FakePlatform.start();
    const client = new FloeClient({ url: first.url, retry: { ...quick, attempts: 50 } });
    await client.platform();
    const port = Number(new URL(first.url).port);
    await first[Symbol.asyncDispose]();

    const asking = client.platform();
    await using second = await FakePlatform.start(port);

    expect(await asking).toMatchObject({ version: '1.2.3' });
    expect(second.calls.at(-1)).toBe('GET /api/v1/platform');
  });

  it('gives up after its attempts and keeps the last refusal', async () => {
    await using platform = await FakePlatform.start();
    platform.fault = () => ({ status: 503, headers: { 'retry-after': '0' } });
    const client = new FloeClient({ url: platform.url, retry: quick });

    await expect(client.platform()).rejects.toMatchObject({ status: 503, code: 'HTTP_503' });
    expect(platform.calls).toHaveLength(3);
  });

  it('waits as long as Retry-After asks, and no longer than its signal', async () => {
    await using platform = await FakePlatform.start();
    const enough = new AbortController();
    platform.fault = () => {
      setTimeout(() => enough.abort(new Error('enough')), 50);
      return { status: 429, headers: { 'retry-after': '100' } };
    };
    const client = new FloeClient({ url: platform.url, retry: quick });

    const asking = client.platform({ signal: enough.signal });

    await expect(asking).rejects.toThrow('enough');
    expect(platform.calls).toHaveLength(1);
  });

  it('takes a silent platform for lost', async () => {
    const client = new FloeClient({
      url: 'http://floe.test',
      fetch: silentFetch,
      idleMs: 5,
      retry: quick,
    });

    await expect(client.platform()).rejects.toMatchObject({
      name: 'PlatformUnreachable',
      message: expect.stringContaining('silent') as string,
    });
  });

  it('sends its token and one idempotency key over all attempts', async () => {
    await using platform = await FakePlatform.start();
    const seen = new Set<string>();
    platform.fault = ({ path }) => (seen.size === seen.add(path).size ? undefined : 'lose');
    platform.builds.put(
      'sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
      Buffer.alloc(0),
    );
    const client = new FloeClient({ url: platform.url, token: 'secret', retry: quick });

    const layers = [...platform.builds.blobs.keys()];
    await client.builds.create({ team: 'a', name: 'b' }, { layers });

    expect(platform.requests.map(({ headers }) => headers.authorization)).toEqual([
      'Bearer secret',
      'Bearer secret',
    ]);
    expect(new Set(platform.requests.map(({ headers }) => headers['idempotency-key'])).size).toBe(
      1,
    );
    expect(platform.builds.all).toHaveLength(1);
  });

  it('takes an alias that stands where it shall for moved, though the first answer was lost', async () => {
    const client = clientTold(409, { code: 'ALIAS_MOVED', detail: 'It names 3.', version: 3 });
    const model = { team: 'a', name: 'b' };

    await expect(client.aliases.set(model, 'live', 3, { expected: 2 })).resolves.toBeUndefined();
    await expect(client.aliases.set(model, 'live', 4, { expected: 2 })).rejects.toMatchObject({
      code: 'ALIAS_MOVED',
    });
  });

  it('ends every source that a broken connection left half-read', async () => {
    const closed: boolean[] = [];
    const open = async function* (): AsyncGenerator<Uint8Array> {
      const place = closed.push(false) - 1;
      try {
        yield Buffer.alloc(10);
        yield Buffer.alloc(10);
      } finally {
        closed[place] = true;
      }
    };
    const retry = { ...quick, attempts: 2 };
    const client = new FloeClient({ url: 'http://floe.test', fetch: breakingFetch, retry });

    const putting = client.blobs.put('demo', 'sha256:00', { sizeBytes: 20, open });

    await expect(putting).rejects.toMatchObject({ name: 'PlatformUnreachable' });
    expect(closed).toEqual([true, true]);
  });

  it('keeps nothing of a stream in memory that was sent', async () => {
    const server = createServer((request, response) => {
      request.resume().on('end', () => response.end());
    });
    const mebibytes = 256;
    let peakBytes = 0;
    // What the collector has not come to yet is not kept.
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const open = async function* (): AsyncGenerator<Uint8Array> {
      for (let n = 1; n <= mebibytes; n += 1) {
        yield Buffer.alloc(1024 * 1024);
        if (n % 32 !== 0) continue;
        collect();
        peakBytes = Math.max(peakBytes, process.memoryUsage().arrayBuffers);
      }
    };
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    const client = new FloeClient({ url: `http://127.0.0.1:${port}` });

    await client.blobs.put('demo', 'sha256:00', { sizeBytes: mebibytes * 1024 * 1024, open });
    server.close();

    expect(peakBytes).toBeGreaterThan(0);
    expect(peakBytes).toBeLessThan(100 * 1024 * 1024);
  });

  it('does not try again what fetch itself refuses', async () => {
    const client = new FloeClient({ url: 'http://127.0.0.1:1', retry: { firstDelayMs: 60_000 } });

    await expect(client.platform()).rejects.toMatchObject({
      name: 'PlatformUnreachable',
      message: expect.stringContaining('bad port') as string,
    });
  });

  it('takes a cancelled build for cancelled, though the first answer was lost', async () => {
    const build = { id: 'b', team: 'a', model: 'b', state: 'cancelled' };
    const ended = { code: 'BUILD_ENDED', detail: 'It is over.' };
    const answering = (state: string): FloeClient => {
      const fetch = async (_: unknown, init?: RequestInit): Promise<Response> =>
        init?.method === 'POST'
          ? Response.json(ended, { status: 409 })
          : Response.json({ ...build, state });
      return new FloeClient({ url: 'http://floe.test', fetch });
    };

    expect(await answering('cancelled').builds.cancel('b')).toMatchObject({ state: 'cancelled' });
    await expect(answering('released').builds.cancel('b')).rejects.toMatchObject({
      code: 'BUILD_ENDED',
    });
  });
});
