import { buffer } from 'node:stream/consumers';

import { randomImage } from '@floe/oci';
import { startPostgres } from '@floe/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { never, push, startRegistry } from './test-registry.ts';

const image = randomImage({ layers: 2, layerBytes: 10_000 });
const { manifest, config } = image;
const [contract, weights = contract] = image.contents;
const whole = Buffer.from(weights?.bytes ?? []);
const size = whole.length;

describe('pulling', () => {
  let registry: Awaited<ReturnType<typeof start>>;
  beforeAll(async () => void (registry = await start()));
  afterAll(() => registry[Symbol.asyncDispose]());

  it('answers the ping', async () => {
    const answers = await Promise.all([registry.ask('/v2/'), registry.ask('/v2')]);

    for (const answer of answers) {
      expect(answer.status).toBe(200);
      expect(answer.headers.get('docker-distribution-api-version')).toBe('registry/2.0');
      expect(await answer.json()).toEqual({});
    }
  });

  it('gives a manifest byte for byte, by tag and by digest, and its head alike', async () => {
    for (const reference of ['first', manifest.digest, encodeURIComponent(manifest.digest)]) {
      const got = await registry.ask(`/v2/t/m/manifests/${reference}`);
      const head = await registry.ask(`/v2/t/m/manifests/${reference}`, { method: 'HEAD' });

      expect(Buffer.from(await got.arrayBuffer())).toEqual(Buffer.from(manifest.bytes));
      expect((await head.arrayBuffer()).byteLength).toBe(0);
      for (const { status, headers } of [got, head]) {
        expect(status).toBe(200);
        expect(headers.get('content-type')).toBe(manifest.mediaType);
        expect(headers.get('docker-content-digest')).toBe(manifest.digest);
        expect(headers.get('content-length')).toBe(String(manifest.sizeBytes));
      }
    }
  });

  it('gives a blob and its head', async () => {
    const client = registry.client('t/m');

    const bytes = await buffer(await client.getBlob(weights?.digest ?? '', never));

    expect(bytes).toEqual(Buffer.from(weights?.bytes ?? []));
    expect(await client.headBlob(config.digest, never)).toEqual({
      digest: config.digest,
      sizeBytes: config.sizeBytes,
    });
  });

  it.each([
    ['bytes=0-0', 0, 1],
    ['bytes=500-1499', 500, 1_500],
    ['bytes=500-', 500, size],
    ['bytes=-500', size - 500, size],
    ['bytes=-999999', 0, size],
    ['bytes=2000-999999', 2_000, size],
  ])('gives the part of a blob that %s asks for', async (range, from, to) => {
    const answer = await registry.ask(`/v2/t/m/blobs/${weights?.digest}`, { headers: { range } });

    expect(answer.status).toBe(206);
    expect(answer.headers.get('content-range')).toBe(`bytes ${from}-${to - 1}/${size}`);
    expect(Buffer.from(await answer.arrayBuffer())).toEqual(whole.subarray(from, to));
  });

  it.each(['bytes=500-0', 'bytes=999999-', 'bytes=-0'])(
    'refuses %s, which lies outside of the blob',
    async (range) => {
      const answer = await registry.ask(`/v2/t/m/blobs/${weights?.digest}`, { headers: { range } });

      expect(answer.status).toBe(416);
      expect(answer.headers.get('content-range')).toBe(`bytes */${size}`);
      expect(await answer.json()).toHaveProperty('errors');
    },
  );

  it.each(['bytes=0-1,4-5', 'lines=0-1', 'bytes=-'])(
    'gives the whole blob for %s, which it does not serve',
    async (range) => {
      const answer = await registry.ask(`/v2/t/m/blobs/${weights?.digest}`, { headers: { range } });

      expect(answer.status).toBe(200);
      expect(Buffer.from(await answer.arrayBuffer())).toEqual(whole);
    },
  );

  it('shows a blob only where it is linked', async () => {
    expect(await registry.client('t/other').headBlob(config.digest, never)).toBeUndefined();
    expect(await registry.client('t/other').getManifest(manifest.digest, never)).toBeUndefined();
  });

  it.each([
    ['GET', `/v2/t/m/manifests/unknown`, 404, 'MANIFEST_UNKNOWN'],
    ['GET', `/v2/t/m/manifests/.bad`, 404, 'MANIFEST_UNKNOWN'],
    ['GET', `/v2/t/m/manifests/sha256:bad`, 400, 'DIGEST_INVALID'],
    ['GET', `/v2/t/m/blobs/sha256:${'0'.repeat(64)}`, 404, 'BLOB_UNKNOWN'],
    ['GET', `/v2/t/m/blobs/sha512:${'0'.repeat(128)}`, 404, 'BLOB_UNKNOWN'],
    ['GET', `/v2/t/m/blobs/sha256:bad`, 400, 'DIGEST_INVALID'],
    ['GET', `/v2/T/m/manifests/1`, 400, 'NAME_INVALID'],
    ['GET', `/v2/t/none/tags/list`, 404, 'NAME_UNKNOWN'],
    ['GET', `/v2/t/m/blobs/uploads/none`, 404, 'BLOB_UPLOAD_UNKNOWN'],
    ['GET', `/v2/_catalog`, 404, 'UNSUPPORTED'],
    ['DELETE', `/v2/t/m/blobs/${config.digest}`, 405, 'UNSUPPORTED'],
    ['POST', `/v2/t/m/tags/list`, 405, 'UNSUPPORTED'],
    ['PUT', `/v2/`, 405, 'UNSUPPORTED'],
  ])('answers %s %s with %i %s in JSON', async (method, path, status, code) => {
    const answer = await registry.ask(path, { method });

    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toBe('application/json');
    expect(await answer.json()).toMatchObject({ errors: [{ code }] });
  });

  it('lists tags in the order of their bytes, in pages', async () => {
    const client = registry.client('t/m');
    for (const tag of ['b', 'B', 'a-1', 'a.1']) await client.putManifest(manifest, never, tag);

    const all = await registry.ask('/v2/t/m/tags/list');
    const page = await registry.ask('/v2/t/m/tags/list?n=2&last=B');
    const none = await registry.ask('/v2/t/m/tags/list?n=0');
    const next = /<(.+)>; rel="next"/.exec(page.headers.get('link') ?? '')?.[1] ?? '';

    expect(await all.json()).toEqual({ name: 't/m', tags: ['B', 'a-1', 'a.1', 'b', 'first'] });
    expect(await page.json()).toEqual({ name: 't/m', tags: ['a-1', 'a.1'] });
    expect(await none.json()).toEqual({ name: 't/m', tags: [] });
    expect(none.headers.has('link')).toBe(false);
    expect(await (await registry.ask(next)).json()).toMatchObject({ tags: ['b', 'first'] });
  });
});

/** A registry that has the image as `t/m:first`. */
async function start() {
  await using opened = new AsyncDisposableStack();
  const postgres = opened.use(await startPostgres());
  const registry = opened.use(await startRegistry(postgres.url));
  await push(registry.client('t/m'), image, 'first');
  const started = opened.move();
  return {
    client: registry.client,
    ask: (path: string, init?: RequestInit) => fetch(`${registry.url}${path}`, init),
    [Symbol.asyncDispose]: () => started.disposeAsync(),
  };
}
