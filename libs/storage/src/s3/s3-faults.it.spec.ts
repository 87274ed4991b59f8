import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { crc32 } from 'node:zlib';

import { hasMinio, makeBucket, type Minio, startMinio } from '@floe/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { arbitraryBlob, chunked } from '../contract/arbitrary-blob.ts';
import { get, never, put } from '../contract/started-store.ts';
import { StoreAway } from '../errors.ts';
import { type PartBody, partRange } from '../part-uploads.ts';
import { S3BlobStore } from './s3-blob-store.ts';

const MIB = 1024 * 1024;

/** What the proxy does to a request, instead of passing it on and back. */
type Fault = 'lost answer' | 'error 503' | 'cut request' | 'cut answer' | 'changed byte';

const REQUESTS: Readonly<Record<string, (method: string, url: string) => boolean>> = {
  'the begin of an upload': (method, url) => method === 'POST' && url.includes('uploads='),
  'a part': (method, url) => method === 'PUT' && url.includes('partNumber=2'),
  'the end of an upload': (method, url) => method === 'POST' && url.includes('uploadId='),
  'the marker': (method, url) => method === 'PUT' && url.includes('/received/'),
  'the index': (method, url) => method === 'PUT' && url.includes('/indexes/'),
  'the pointer': (method, url) => method === 'PUT' && url.includes('/blobs/'),
  'the end of the marker': (method, url) => method === 'DELETE' && url.includes('/received/'),
};

describe.runIf(hasMinio())('S3BlobStore behind a bad network', () => {
  let minio: Minio;
  beforeAll(async () => {
    minio = await startMinio();
  }, 120_000);
  afterAll(() => minio[Symbol.asyncDispose]());

  it('believes no part of a blob that was changed on its way', async () => {
    await using network = await startNetwork(minio);
    const blob = arbitraryBlob(20 * MIB);
    network.fail('changed byte', REQUESTS['a part']);

    await put(network.store, blob);

    expect(network.failures()).toBe(1);
    expect(blob.bytes.equals(await get(network.store, blob.digest))).toBe(true);
  });

  describe.each(Object.keys(REQUESTS))('at %s', (name) => {
    it.each(['lost answer', 'error 503', 'cut request'] as const)('survives: %s', async (fault) => {
      await using network = await startNetwork(minio);
      const blob = arbitraryBlob(20 * MIB);
      network.fail(fault, REQUESTS[name]);

      await put(network.store, blob, Buffer.from('index'));

      expect(network.failures()).toBe(1);
      expect(blob.bytes.equals(await get(network.store, blob.digest))).toBe(true);
      expect(Buffer.from((await network.store.readIndex(blob.digest)) ?? []).toString()).toBe(
        'index',
      );
      expect(await network.names('received/')).toEqual([]);
      expect(await network.names('objects/')).toHaveLength(1);
    });
  });

  it.each(['lost answer', 'error 503', 'cut request'] as const)(
    'puts a small blob, which is all in its pointer: %s',
    async (fault) => {
      await using network = await startNetwork(minio);
      const { bytes, digest } = arbitraryBlob(3_000);
      network.fail(fault, REQUESTS['the pointer']);

      await network.store.put(Buffer.from(bytes), digest, Buffer.from('index'));

      expect(network.failures()).toBe(1);
      expect(bytes.equals(await get(network.store, digest))).toBe(true);
      expect(Buffer.from((await network.store.readIndex(digest)) ?? []).toString()).toBe('index');
      expect(await network.names('')).toHaveLength(1);
    },
  );

  it('asks the store as seldom as it can about a small blob', async () => {
    await using network = await startNetwork(minio);
    const { bytes, digest } = arbitraryBlob(3_000);

    await network.store.put(Buffer.from(bytes), digest, Buffer.from('index'));
    await network.store.put(Buffer.from(bytes), digest);
    await network.store.readIndex(digest);
    await get(network.store, digest, { start: 10, end: 20 });

    expect(network.asked).toEqual([
      'GET blobs',
      'PUT blobs',
      'GET blobs',
      'GET blobs',
      'GET blobs',
    ]);
  });

  it('leaves nothing of a small blob when the store stays away', async () => {
    await using network = await startNetwork(minio);
    const { bytes, digest } = arbitraryBlob(3_000);
    network.fail('error 503', REQUESTS['the pointer'], Infinity);

    await expect(network.store.put(bytes, digest)).rejects.toThrow('503');

    expect(await network.store.stat(digest)).toBeUndefined();
    expect(await network.names('')).toEqual([]);
  });

  it('fails, never ends early, when an answer is cut in the middle of a range', async () => {
    await using network = await startNetwork(minio);
    const blob = arbitraryBlob(5 * MIB);
    await put(network.store, blob);
    network.fail('cut answer', (method, url) => method === 'GET' && url.includes('/objects/'));

    await expect(get(network.store, blob.digest)).rejects.toThrow(/terminated|bytes of blob/);

    expect(network.failures()).toBe(1);
    expect(blob.bytes.equals(await get(network.store, blob.digest))).toBe(true);
  });

  it('leaves nothing when the store stays away', async () => {
    await using network = await startNetwork(minio);
    const { bytes, digest } = arbitraryBlob(20 * MIB);
    network.fail('error 503', (_, url) => url.includes('partNumber=2'), Infinity);

    await expect(network.store.receive(chunked(bytes, 65_536), never)).rejects.toThrow('503');

    expect(await network.store.stat(digest)).toBeUndefined();
    expect(await network.names('')).toEqual([]);
  });

  it('sweeps what a dead process had begun, parts and all', async () => {
    await using network = await startNetwork(minio);
    const { bytes } = arbitraryBlob(20 * MIB);
    network.fail('error 503', (method) => method === 'DELETE', Infinity);
    network.fail('error 503', (_, url) => url.includes('partNumber=3'), Infinity);
    await expect(network.store.receive(chunked(bytes, 65_536), never)).rejects.toThrow('503');
    expect(await network.names('received/')).toHaveLength(1);
    network.heal();

    expect(await network.store.sweep(new Date(0))).toBe(0);
    expect(await network.store.sweep(new Date(Date.now() + 60_000))).toBe(1);

    expect(await network.names('')).toEqual([]);
    expect(await network.unfinished()).toEqual([]);
  }, 120_000);
});

describe.runIf(hasMinio())('parts behind a bad network', () => {
  let minio: Minio;
  beforeAll(async () => {
    minio = await startMinio();
  }, 120_000);
  afterAll(() => minio[Symbol.asyncDispose]());

  it.each(['lost answer', 'error 503', 'cut request', 'changed byte'] as const)(
    'tell the sender of a part: %s; sent again it counts',
    async (fault) => {
      await using network = await startNetwork(minio);
      const { parts } = network.store;
      const { bytes, digest } = arbitraryBlob(12 * MIB);
      const upload = await parts.open(bytes.length, 6 * MIB);
      const write = (number: number): Promise<void> => {
        const { start, end } = partRange(upload, number);
        return parts.write(upload, bodyOf(number, bytes.subarray(start, end)), never);
      };
      await write(1);
      network.fail(fault, REQUESTS['a part']);

      await expect(write(2)).rejects.toBeInstanceOf(StoreAway);
      expect(await network.names('objects/')).toEqual([]);
      await write(2);
      await network.store.publish(await parts.finish(upload), digest);

      expect(network.failures()).toBe(1);
      expect(bytes.equals(await get(network.store, digest))).toBe(true);
    },
  );

  it.each(['lost answer', 'error 503', 'cut request'] as const)(
    'become the whole in spite of: %s',
    async (fault) => {
      await using network = await startNetwork(minio);
      const { parts } = network.store;
      const { bytes, digest } = arbitraryBlob(MIB);
      const upload = await parts.open(bytes.length, MIB);
      await parts.write(upload, bodyOf(1, bytes), never);
      network.fail(fault, REQUESTS['the end of an upload']);

      await network.store.publish(await parts.finish(upload), digest);

      expect(network.failures()).toBe(1);
      expect(bytes.equals(await get(network.store, digest))).toBe(true);
      expect(await network.unfinished()).toEqual([]);
    },
  );

  it('stay as they were when a sender breaks off in the middle of one of them', async () => {
    await using network = await startNetwork(minio);
    const { parts } = network.store;
    const { bytes } = arbitraryBlob(MIB);
    const upload = await parts.open(bytes.length, MIB);
    await parts.write(upload, bodyOf(1, bytes), never);

    const broken = parts.write(upload, { ...bodyOf(1, bytes), bytes: breaking() }, never);

    await expect(broken).rejects.toThrow('the sender is gone');
    const whole = await buffer(await network.store.readReceived(await parts.finish(upload), never));
    expect(bytes.equals(whole)).toBe(true);
  });
});

function bodyOf(number: number, bytes: Buffer): PartBody {
  return { number, bytes: chunked(bytes, 65_536), crc32: crc32(bytes) };
}

async function* breaking(): AsyncGenerator<Uint8Array> {
  yield Buffer.alloc(1_000);
  throw new Error('the sender is gone');
}

interface Rule {
  readonly fault: Fault;
  readonly matches: (method: string, url: string) => boolean;
  left: number;
}

async function startNetwork(minio: Minio) {
  const rules: Rule[] = [];
  const asked: string[] = [];
  let failures = 0;
  const target = new URL(minio.endpoint);
  const proxy = createServer((incoming, outgoing) => {
    const { method = '', url = '' } = incoming;
    asked.push(`${method} ${url.split('/')[2]}`);
    const rule = rules.find(({ left, matches }) => left > 0 && matches(method, url));
    if (rule !== undefined) {
      rule.left -= 1;
      failures += 1;
    }
    pass(incoming, outgoing, Number(target.port), rule?.fault);
  });
  await once(proxy.listen(0, '127.0.0.1'), 'listening');
  const bucket = `faults-${randomUUID()}`;
  const { accessKey, secretKey } = minio;
  const direct = await makeBucket(minio, bucket);
  const { port } = proxy.address() as AddressInfo;
  const store = new S3BlobStore({
    endpoint: new URL(`http://127.0.0.1:${port}`),
    bucket,
    region: 'us-east-1',
    pathStyle: true,
    accessKey,
    secretKey,
  });
  return {
    store,
    /** Each request: its method and the folder of its object. */
    asked,
    fail(fault: Fault, matches: Rule['matches'] = () => true, times = 1) {
      rules.push({ fault, matches, left: times });
    },
    heal: () => rules.splice(0),
    failures: () => failures,
    names: direct.names,
    unfinished: () => direct.client.listIncompleteUploads(bucket, '', true).toArray(),
    async [Symbol.asyncDispose]() {
      proxy.closeAllConnections();
      await proxy[Symbol.asyncDispose]();
    },
  };
}

function pass(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  port: number,
  fault: Fault | undefined,
): void {
  // A message whose body was read no longer takes its connection along when it is destroyed.
  const cut = (): void => void incoming.socket.destroy();
  incoming.on('error', () => {});
  outgoing.on('error', () => {});
  if (fault === 'error 503') {
    incoming.resume().on('end', () => outgoing.writeHead(503).end());
    return;
  }
  if (fault === 'cut request') {
    incoming.once('data', cut).once('end', cut);
    return;
  }
  const { method, url, headers } = incoming;
  const passed = request({ host: '127.0.0.1', port, method, path: url, headers }, (answer) => {
    if (fault === 'lost answer') answer.resume().on('end', cut);
    else {
      outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
      if (fault === 'cut answer')
        answer.once('data', (chunk) => outgoing.write(chunk, () => outgoing.destroy()));
      else answer.pipe(outgoing);
    }
  });
  passed.on('error', () => outgoing.destroy());
  if (fault === 'changed byte')
    incoming.once('data', (chunk: Buffer) => chunk.writeUInt8(chunk.readUInt8() ^ 1));
  incoming.pipe(passed);
}
