import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import type { Readable } from 'node:stream';

import { contentOf } from '@floe/oci';
import { eventually, startPostgres } from '@floe/testing';
import { describe, expect, it } from 'vitest';

import { never, startRegistry } from './test-registry.ts';

const LARGE = contentOf('application/octet-stream', Buffer.alloc(20_000_000, 'large'));

describe('connections that break', () => {
  it('leave nothing of an upload that was cut in its middle', async () => {
    await using place = await start();
    const upload = await place.open();
    const socket = await place.send(`PATCH ${upload}`, 'content-length: 1000000', 400_000);
    await eventually(async () => (await place.received()) === 1);

    socket.resetAndDestroy();

    await eventually(async () => (await place.received()) === 0);
    const status = await fetch(`${place.url}${upload}`);
    expect(status.status).toBe(204);
    expect(status.headers.get('range')).toBe('0-0');
  });

  it('do not keep a blob open that nobody reads any more', async () => {
    await using place = await start();
    await place.client.pushBlob(LARGE, never);
    const socket = await place.send(`GET /v2/t/m/blobs/${LARGE.digest}`, 'accept: */*', 0);
    await once(socket, 'data');
    expect(place.reading.size).toBe(1);

    socket.resetAndDestroy();

    await eventually(() => place.reading.size === 0);
  });
});

async function start() {
  await using opened = new AsyncDisposableStack();
  const postgres = opened.use(await startPostgres());
  const registry = opened.use(await startRegistry(postgres.url));
  const { url, host, store, folder } = registry;
  const reading = new Set<Readable>();
  const read = store.read.bind(store);
  store.read = async (...parameters) => {
    const stream = await read(...parameters);
    reading.add(stream.once('close', () => reading.delete(stream)));
    return stream;
  };
  const started = opened.move();
  return {
    url,
    client: registry.client('t/m'),
    reading,
    received: async () => (await readdir(join(folder, 'objects'))).length,
    open: async () => {
      const answer = await fetch(`${url}/v2/t/m/blobs/uploads/`, { method: 'POST' });
      return answer.headers.get('location') ?? '';
    },
    /** Begins a request and goes no further than so many bytes of its body. */
    send: async (request: string, header: string, bodyBytes: number) => {
      const { hostname, port } = new URL(url);
      const socket = connect(Number(port), hostname).on('error', () => {});
      socket.write(`${request} HTTP/1.1\r\nhost: ${host}\r\n${header}\r\n\r\n`);
      socket.write(Buffer.alloc(bodyBytes));
      return socket;
    },
    [Symbol.asyncDispose]: () => started.disposeAsync(),
  };
}
