import { buffer } from 'node:stream/consumers';

import { S3BlobStore } from '@floe/storage';
import { hasMinio, type Minio, startMinio, startPostgres } from '@floe/testing';
import { Client } from 'minio';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { layerOf, TestParts } from './test-parts.ts';

/** S3 takes no smaller parts, but the last. */
const PART_BYTES = 5 * 1024 * 1024;
const never = new AbortController().signal;

describe.runIf(hasMinio())('an upload into a bucket, through two processes', () => {
  let minio: Minio;
  beforeAll(async () => {
    minio = await startMinio();
  }, 120_000);
  afterAll(() => minio[Symbol.asyncDispose]());

  it('is proven and published when both complete it at once', async () => {
    const { first, second, store, ...all } = await startTwo(minio);
    await using _ = all;
    const layer = await layerOf(2 * PART_BYTES + 50_000);
    const upload = await first.begin(layer);
    const statuses: number[] = [];
    for (const [at, { number }] of upload.parts.entries())
      statuses.push((await [first, second][at % 2]?.put(upload, number, layer))?.status ?? 0);

    const completed = await Promise.all([
      first.complete(upload, layer.digest),
      second.complete(upload, layer.digest),
    ]);

    expect(new Set(statuses)).toEqual(new Set([204]));
    const present = { status: 200, json: { digest: layer.digest, state: 'present' } };
    expect(completed).toMatchObject([present, present]);
    await first.call('DELETE', `/api/v1/uploads/${upload.id}`);
    await store.sweep(new Date(Date.now() + 60_000));
    expect(layer.bytes.equals(await buffer(await store.read(layer.digest, never)))).toBe(true);
  }, 60_000);

  it('refuses a corrupt part before the store has it, and other bytes than stated', async () => {
    const { first, second, store, ...all } = await startTwo(minio);
    await using _ = all;
    const layer = await layerOf(PART_BYTES + 50_000, 'other');
    const upload = await first.begin(layer);

    const corrupt = await first.put(upload, 1, layer, { 'x-floe-crc32': '00000000' });
    const early = await second.complete(upload, layer.digest);
    await first.putAll(upload, layer);
    const stated = `sha256:${'0'.repeat(64)}`;
    const wrong = await second.complete(upload, stated);

    expect(corrupt).toMatchObject({ status: 400, json: { code: 'PART_CORRUPT' } });
    expect(early).toMatchObject({ status: 409, json: { parts: expect.arrayContaining([1]) } });
    expect(wrong).toMatchObject({ status: 422, json: { code: 'DIGEST_MISMATCH' } });
    expect(await store.stat(layer.digest)).toBeUndefined();
    expect(await all.names()).toEqual([]);
  }, 60_000);
});

let buckets = 0;

async function startTwo(minio: Minio) {
  const { endpoint, accessKey, secretKey } = minio;
  const bucket = `parts-${(buckets += 1)}`;
  const { hostname, port } = new URL(endpoint);
  const client = new Client({
    endPoint: hostname,
    port: Number(port),
    useSSL: false,
    accessKey,
    secretKey,
  });
  await client.makeBucket(bucket);
  const query = new URLSearchParams({ endpoint, pathStyle: 'true' });
  const open = (): S3BlobStore =>
    S3BlobStore.at(`s3://${bucket}?${query.toString()}`, { accessKey, secretKey });
  await using started = new AsyncDisposableStack();
  const options = { partBytes: PART_BYTES };
  const first = started.use(
    await TestParts.start(await startPostgres(), { ...options, store: open() }),
  );
  const second = started.use(await first.another({ ...options, store: open() }));
  const stack = started.move();
  return {
    first,
    second,
    store: open(),
    async names(): Promise<readonly string[]> {
      const listed = await client.listObjectsV2(bucket, '', true).toArray();
      return listed.map(({ name }) => name);
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}
