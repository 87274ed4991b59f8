import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

import { describe, expect, it } from 'vitest';

import { ImageNotVerified, RegistryRefused, RegistryUnreachable } from '../errors.ts';
import { randomImage } from '../random-image.ts';
import { DistributionClient, type DistributionOptions } from './distribution-client.ts';
import { verifyImage } from './verify-image.ts';

type Answer = (request: IncomingMessage, response: ServerResponse) => unknown;

const never = new AbortController().signal;
const image = randomImage();
const { manifest, config } = image;

describe('DistributionClient', () => {
  it('adds the digest to a location that has a query of its own, wherever it points', async () => {
    await using registry = await startRegistry(
      (_, response) => response.writeHead(202, { location: '../../x?_state=a%2Fb' }).end(),
      (_, response) => response.writeHead(201).end(),
    );

    await registry.client().pushBlob(config, never);

    expect(registry.asked).toEqual([
      `POST /v2/t/m/blobs/uploads/?digest=${encodeURIComponent(config.digest)}`,
      `PUT /v2/t/m/x?_state=a%2Fb&digest=${encodeURIComponent(config.digest)}`,
    ]);
  });

  it('streams a blob and opens its source again when the connection is lost', async () => {
    const opens: string[] = [];
    await using registry = await startRegistry(
      (_, response) => response.writeHead(202, { location: '/one' }).end(),
      (request) => request.destroy(),
      (_, response) => response.writeHead(202, { location: '/two' }).end(),
      async (request, response) => {
        opens.push((await buffer(request)).toString());
        response.writeHead(202, { location: '/three?a=1' }).end();
      },
      (_, response) => response.writeHead(201).end(),
    );
    const open = async () => (opens.push('open'), chunks('ab', 'cd'));

    await registry.client().streamBlob({ digest: config.digest, sizeBytes: 4 }, open, never);

    expect(opens).toEqual(['open', 'open', 'abcd']);
    expect(registry.asked.at(-1)).toMatch(/^PUT \/three\?a=1&digest=/);
  });

  it('lets the error of the one who gives the bytes through, untouched and at once', async () => {
    const missing = new Error('the store lost it');
    await using registry = await startRegistry((_, response) =>
      response.writeHead(202, { location: '/one' }).end(),
    );
    const open = async () => failing(missing);

    const pushed = registry
      .client()
      .streamBlob({ digest: config.digest, sizeBytes: 4 }, open, never);

    await expect(pushed).rejects.toBe(missing);
  });

  it('comes back after 429 and 5xx, not before the registry wants', async () => {
    await using registry = await startRegistry(
      (_, response) => response.writeHead(429, { 'retry-after': '1' }).end(),
      (_, response) => response.writeHead(503).end('<html>'),
      (_, response) => response.writeHead(200, { 'content-length': '7' }).end(),
    );

    const started = performance.now();
    const blob = await registry.client().headBlob(config.digest, never);

    expect(blob).toEqual({ digest: config.digest, sizeBytes: 7 });
    expect(performance.now() - started).toBeGreaterThanOrEqual(990);
  });

  it('says that the registry cannot be reached when it stays silent, away or broken', async () => {
    await using silent = await startRegistry(
      () => {},
      () => {},
    );
    await using broken = await startRegistry(
      (_, response) => response.writeHead(500).end(),
      (_, response) => response.writeHead(502).end(),
    );
    const gone = await startRegistry();
    await gone[Symbol.asyncDispose]();
    const limits = { attempts: 2, idleMs: 50 };

    await expect(silent.client(limits).ping(never)).rejects.toThrow('no progress for 50 ms');
    await expect(broken.client(limits).ping(never)).rejects.toThrow(RegistryUnreachable);
    await expect(
      new DistributionClient({ url: gone.url, repository: 't/m', ...limits }).ping(never),
    ).rejects.toThrow('could not answer the ping: connect ECONNREFUSED');
  });

  it('tells the words of a refusal and does not ask again', async () => {
    await using registry = await startRegistry((_, response) =>
      response.writeHead(403).end(JSON.stringify({ errors: [{ code: 'DENIED', message: 'no' }] })),
    );

    const refused = registry.client().putManifest(manifest, never, '1');

    await expect(refused).rejects.toThrow(RegistryRefused);
    await expect(refused).rejects.toMatchObject({ status: 403, code: 'DENIED' });
    expect(registry.asked).toHaveLength(1);
  });

  it('stops at once when it is told to', async () => {
    const stop = new AbortController();
    await using registry = await startRegistry(() => stop.abort(new Error('enough')));

    await expect(registry.client().ping(stop.signal)).rejects.toThrow('enough');
  });

  it('proves what it reads', async () => {
    await using registry = await startRegistry(wrong, wrong, (_, response) =>
      response.writeHead(200).end(config.bytes),
    );
    const client = registry.client();

    await expect(client.getManifest(manifest.digest, never)).rejects.toThrow(ImageNotVerified);
    await expect(read(await client.getBlob(config.digest, never))).rejects.toThrow('came');
    expect(await read(await client.getBlob(config.digest, never))).toEqual(
      Buffer.from(config.bytes),
    );
  });

  it('ends a body that stops coming', async () => {
    await using registry = await startRegistry((_, response) => {
      response.writeHead(200, { 'content-length': '10' }).write('half');
    });

    const body = await registry.client({ idleMs: 50 }).getBlob(config.digest, never);

    await expect(read(body)).rejects.toThrow('no byte came for 50 ms');
  });

  it('mounts without bytes, and clears the upload that it gets instead', async () => {
    await using registry = await startRegistry(
      (_, response) => response.writeHead(201).end(),
      (_, response) => response.writeHead(202, { location: '/upload' }).end(),
      (_, response) => response.writeHead(204).end(),
    );
    const client = registry.client({ authorization: 'Bearer secret' });

    expect(await client.mountBlob(config.digest, never)).toBe(true);
    expect(await client.mountBlob(config.digest, never, 'other/repo')).toBe(false);

    const mount = `POST /v2/t/m/blobs/uploads/?mount=${encodeURIComponent(config.digest)}`;
    expect(registry.asked).toEqual([mount, `${mount}&from=other%2Frepo`, 'DELETE /upload']);
    expect(registry.authorizations).toEqual(Array.from({ length: 3 }, () => 'Bearer secret'));
  });

  it('does not show its credentials to another origin', async () => {
    await using other = await startRegistry((_, response) => response.writeHead(201).end());
    await using registry = await startRegistry((_, response) =>
      response.writeHead(202, { location: `${other.url}/elsewhere` }).end(),
    );

    await registry.client({ authorization: 'Bearer secret' }).pushBlob(config, never);

    expect(other.asked).toHaveLength(1);
    expect(other.authorizations).toEqual([undefined]);
  });

  it('keeps its connections, also under concurrent requests', async () => {
    await using registry = await startRegistry(...Array.from({ length: 40 }, () => head));
    const client = registry.client();

    for (let round = 0; round < 10; round += 1) {
      await Promise.all(Array.from({ length: 4 }, () => client.headBlob(config.digest, never)));
    }

    expect(registry.connections()).toBeLessThanOrEqual(4);
  });

  it('follows the redirect of a blob to where its bytes are, without its credentials', async () => {
    await using store = await startRegistry((_, response) =>
      response.writeHead(200).end(config.bytes),
    );
    await using registry = await startRegistry((_, response) =>
      response.writeHead(307, { location: `${store.url}/signed?key=1` }).end(),
    );

    const blob = await registry
      .client({ authorization: 'Bearer secret' })
      .getBlob(config.digest, never);

    expect(await read(blob)).toEqual(Buffer.from(config.bytes));
    expect(store.asked).toEqual(['GET /signed?key=1']);
    expect(store.authorizations).toEqual([undefined]);
  });
});

describe('verifyImage', () => {
  it('finds a manifest that the registry lost after its 201', async () => {
    await using registry = await startRegistry((_, response) => response.writeHead(404).end());

    await expect(verifyImage(registry.client(), image, never)).rejects.toThrow(
      `manifest ${manifest.digest} is not there`,
    );
  });

  it('finds a blob that is shorter than it should be', async () => {
    await using registry = await startRegistry(
      (_, response) =>
        response.writeHead(200, { 'content-type': manifest.mediaType }).end(manifest.bytes),
      ...image.layers.map(() => head),
      head,
    );

    await expect(verifyImage(registry.client(), image, never)).rejects.toThrow('has 5 bytes');
  });
});

const wrong: Answer = (_, response) => response.writeHead(200).end('something else');
const head: Answer = (_, response) => response.writeHead(200, { 'content-length': '5' }).end();

async function* chunks(...texts: string[]) {
  for (const text of texts) yield Buffer.from(text);
}

async function* failing(error: Error) {
  yield Buffer.from('ab');
  throw error;
}

function read(body: AsyncIterable<Uint8Array>): Promise<Buffer> {
  return buffer(body);
}

/** A server that gives each request the next of its answers. */
async function startRegistry(...answers: Answer[]) {
  const asked: string[] = [];
  const authorizations: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    authorizations.push(request.headers.authorization);
    const answer = answers.shift() ?? ((_, reply) => reply.writeHead(404).end());
    answer(request, response);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  let connections = 0;
  server.on('connection', () => (connections += 1));
  return {
    url,
    asked,
    connections: () => connections,
    authorizations,
    client: (options: Partial<DistributionOptions> = {}) =>
      new DistributionClient({ url, repository: 't/m', firstPauseMs: 1, ...options }),
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await server[Symbol.asyncDispose]();
    },
  };
}
