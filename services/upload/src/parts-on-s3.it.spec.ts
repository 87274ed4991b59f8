import { randomUUID } from 'node:crypto';
import { buffer } from 'node:stream/consumers';

import { hasMinio, makeBucket, type Minio, startMinio, startPostgres } from '@floe/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { PART_BYTES, startTwo } from './test-buckets.ts';
import { layerOf } from './test-parts.ts';

const never = new AbortController().signal;

describe.runIf(hasMinio())('an upload into a bucket, through two processes', () => {
  let minio: Minio;
  const aBucket = () => makeBucket(minio, `parts-${randomUUID()}`);
  beforeAll(async () => {
    minio = await startMinio();
  }, 120_000);
  afterAll(() => minio[Symbol.asyncDispose]());

  it('is proven and published when both complete it at once', async () => {
    const { first, second, store, ...all } = await startTwo(
      minio,
      await aBucket(),
      await startPostgres(),
    );
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
    const { first, second, store, ...all } = await startTwo(
      minio,
      await aBucket(),
      await startPostgres(),
    );
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
