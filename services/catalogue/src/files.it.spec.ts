import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pathToFileURL } from 'node:url';

import { BuildSucceeded, ModelUploaded } from '@floe/contracts';
import { createHttpApp, ReadinessChecks } from '@floe/http';
import { encodeIndex, layOut, LayerVerifier, writeLayer } from '@floe/layers';
import { toRecord } from '@floe/messaging';
import { PostgresBus } from '@floe/messaging-postgres';
import { BlobReader, type BlobStore, type ByteRange, openBlobStore } from '@floe/storage';
import { eventually, startPostgres } from '@floe/testing';
import { describe, expect, it } from 'vitest';

import { CatalogueModule } from './catalogue.module.ts';

const MIB = 1_024 * 1_024;
const never = new AbortController().signal;
const publicUrl = 'http://localhost:8080';
const FILES = '/api/v1/models/demo/iris/versions/1/files';

const big = Buffer.alloc(32 * MIB, 'floe');
const MODEL = new Map<string, Buffer>([
  ['run.sh', Buffer.from('#!/bin/sh\n')],
  ['model.onnx', Buffer.from('0123456789')],
  ['empty', Buffer.alloc(0)],
  ['weights/big.bin', big],
  ['weights/ü 50% #1?.txt', Buffer.from('odd')],
  ['～', Buffer.from('~')],
  ['😀', Buffer.from(':)')],
]);

describe('the files of a version', () => {
  it('are listed in the order of their paths, page by page', async () => {
    await using catalogue = await startWithVersion();

    const whole = await catalogue.list(FILES);
    const first = await catalogue.list(`${FILES}?limit=4`);
    const second = await catalogue.list(`${FILES}?limit=4&after=${first.next}`);

    const paths = [...MODEL.keys()].toSorted((one, other) =>
      Buffer.compare(Buffer.from(one), Buffer.from(other)),
    );
    expect(whole.items.map(({ path }) => path)).toEqual(paths);
    expect([...first.items, ...second.items]).toEqual(whole.items);
    expect(second.next).toBeUndefined();
    expect(whole.items).toContainEqual({
      path: 'run.sh',
      sizeBytes: 10,
      executable: true,
      layer: expect.stringMatching(/^sha256:/),
    });
  });

  it('are given byte by byte as they were sent', async () => {
    await using catalogue = await startWithVersion();

    for (const [path, content] of MODEL) {
      const answer = await catalogue.get(addressOf(path));

      expect(answer.status).toBe(200);
      expect(Object.fromEntries(answer.headers)).toMatchObject({
        'content-length': String(content.length),
        'content-type': 'application/octet-stream',
        'x-content-type-options': 'nosniff',
        'content-disposition': expect.stringContaining('attachment'),
      });
      expect(content.equals(await answer.bytes())).toBe(true);
    }
  });

  it('are given in parts, and never beyond their end', async () => {
    await using catalogue = await startWithVersion();
    const part = (range: string) => catalogue.get(addressOf('model.onnx'), { range });

    const middle = await part('bytes=2-4');
    expect([middle.status, middle.headers.get('content-range')]).toEqual([206, 'bytes 2-4/10']);
    expect(await middle.text()).toBe('234');
    expect(await (await part('bytes=-3')).text()).toBe('789');
    expect(await (await part('bytes=8-100')).text()).toBe('89');

    const behind = await part('bytes=10-');
    expect([behind.status, behind.headers.get('content-range')]).toEqual([416, 'bytes */10']);
    expect(await behind.json()).toMatchObject({ code: 'RANGE_NOT_SATISFIABLE' });
  });

  it('are not sent again to who has them', async () => {
    await using catalogue = await startWithVersion();
    const get = (headers: Record<string, string>) =>
      catalogue.get(addressOf('model.onnx'), headers);
    const etag = (await get({})).headers.get('etag') ?? '';

    const known = await get({ 'if-none-match': etag });
    const goesOn = await get({ 'if-range': etag, range: 'bytes=9-' });
    const changed = await get({ 'if-range': '"other"', range: 'bytes=9-' });

    expect([known.status, await known.text()]).toEqual([304, '']);
    expect([goesOn.status, await goesOn.text()]).toEqual([206, '9']);
    expect([changed.status, await changed.text()]).toEqual([200, '0123456789']);
  });

  it('tell their size to HEAD without being opened', async () => {
    await using catalogue = await startWithVersion();

    const { status, headers } = await catalogue.head(addressOf('weights/big.bin'));

    expect([status, headers.get('content-length')]).toEqual([200, String(big.length)]);
    expect(catalogue.store.opened).toBe(0);
  });

  it('are found by their whole path only', async () => {
    await using catalogue = await startWithVersion();
    const others = ['model', 'MODEL.ONNX', 'weights', 'weights/', '..%2Fmodel.onnx', 'a%00b'];

    const answers = await Promise.all(others.map((path) => catalogue.get(`${FILES}/${path}`)));

    for (const answer of answers) {
      expect(await answer.json()).toMatchObject({ status: 404, code: 'FILE_NOT_FOUND' });
    }
  });

  it('are not there for a version that is not', async () => {
    await using catalogue = await startWithVersion();

    const other = await catalogue.get('/api/v1/models/demo/iris/versions/2/files/model.onnx');

    expect(await other.json()).toMatchObject({ status: 404, code: 'VERSION_NOT_FOUND' });
  });

  it('are read only as far as the client takes them, and closed when it goes', async () => {
    await using catalogue = await startWithVersion();
    const { hostname, port } = new URL(catalogue.url);
    const socket = connect(Number(port), hostname);

    socket.pause();
    socket.write(`GET ${addressOf('weights/big.bin')} HTTP/1.1\r\nhost: localhost\r\n\r\n`);
    await eventually(async () => catalogue.store.open === 1);
    socket.destroy();
    await once(socket, 'close');

    await eventually(async () => catalogue.store.open === 0);
    expect(catalogue.store.bytes).toBeLessThan(big.length);
  });
});

interface Listing {
  readonly items: readonly { readonly path: string }[];
  readonly next?: string;
}

function addressOf(path: string): string {
  return `${FILES}/${path.split('/').map(encodeURIComponent).join('/')}`;
}

/** Counts the streams that are open. */
class WatchedReader extends BlobReader {
  opened = 0;
  open = 0;
  bytes = 0;

  constructor(private readonly store: BlobStore) {
    super();
  }

  override stat(digest: string) {
    return this.store.stat(digest);
  }

  override readIndex(digest: string) {
    return this.store.readIndex(digest);
  }

  override async read(digest: string, signal: AbortSignal, range?: ByteRange): Promise<Readable> {
    const stream = await this.store.read(digest, signal, range);
    this.opened += 1;
    this.open += 1;
    const push = stream.push.bind(stream);
    stream.push = (chunk: Uint8Array | null) => {
      this.bytes += chunk?.length ?? 0;
      return push(chunk);
    };
    stream.once('close', () => void (this.open -= 1));
    return stream;
  }
}

/** The module as it runs, with version 1 of demo/iris in its store and in its log. */
async function startWithVersion() {
  await using opened = new AsyncDisposableStack();
  const postgres = opened.use(await startPostgres());
  const folder = await mkdtemp(join(tmpdir(), 'floe-catalogue-'));
  opened.defer(() => rm(folder, { recursive: true }));
  const bus = opened.use(await PostgresBus.open(postgres.url, () => {}));
  const checks = new ReadinessChecks();
  const files = await openBlobStore(pathToFileURL(folder).href);
  const store = new WatchedReader(files);
  const modules = [
    CatalogueModule.with({ publicUrl }, { databaseUrl: postgres.url, bus, checks, store }),
  ];
  const app = await createHttpApp(modules, checks, { publicUrl, anyHost: false }, false);
  await app.init();
  opened.defer(() => app.close());
  await bus.publish(await journey(files), never);
  await app.listen(0, '127.0.0.1');
  const url = await app.getUrl();
  const get = (path: string, headers: Record<string, string> = {}) =>
    fetch(`${url}${path}`, { headers });
  await eventually(async () => (await get(FILES)).ok);
  const started = opened.move();
  return {
    url,
    store,
    get,
    head: (path: string) => fetch(`${url}${path}`, { method: 'HEAD' }),
    list: async (path: string) => (await (await get(path)).json()) as Listing,
    [Symbol.asyncDispose]: () => started.disposeAsync(),
  };
}

async function journey(store: BlobStore) {
  const at = '2026-01-01T00:00:00.000Z';
  const buildId = '019b0000-0000-7000-8000-000000000001';
  const identity = { team: 'demo', model: 'iris', buildId, at };
  const upload = {
    layers: await stored(store),
    spec: { needsAllFiles: false, metadata: {}, aliases: [], allowUnknownSignature: false },
    layout: 1,
    fileCount: MODEL.size,
    fileBytes: 700,
    uploadedAt: at,
    warnings: [],
  };
  const inference = { verdict: 'none', evidence: {}, classLabels: [] } as const;
  const imageDigest = `sha256:${'a'.repeat(64)}`;
  const built = { upload, inference, warnings: [], imageDigest, imageBytes: 9_000 };
  const source = { source: '/test', time: new Date(0) };
  return [
    toRecord(ModelUploaded, { ...identity, upload }, source),
    toRecord(BuildSucceeded, { ...identity, ...built }, source),
  ];
}

async function* contentOf(path: string) {
  yield MODEL.get(path) ?? Buffer.alloc(0);
}

/** Lays the model out as a client does, and keeps each layer with its index. */
async function stored(store: BlobStore) {
  const items = [...MODEL].map(([path, { length }]) => ({ path, sizeBytes: length }));
  const plans = layOut(items);
  return Promise.all(
    plans.map(async (plan) => {
      const chunks: Uint8Array[] = [];
      for await (const chunk of writeLayer(plan, ({ path }) => contentOf(path))) chunks.push(chunk);
      const bytes = Buffer.concat(chunks);
      const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
      const received = await store.receive(
        (async function* () {
          yield bytes;
        })(),
        never,
      );
      const verifier = new LayerVerifier();
      verifier.write(bytes);
      await store.publish(received, digest, encodeIndex(verifier.end()));
      return { digest, sizeBytes: bytes.length };
    }),
  );
}
