import { randomUUID } from 'node:crypto';

import {
  eventually,
  hasMinio,
  makeBucket,
  type Minio,
  startMinio,
  startPostgres,
} from '@floe/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { PART_BYTES, startTwo } from './test-buckets.ts';
import { layerOf } from './test-parts.ts';

const SIZE = 2 * PART_BYTES + 50_000;
describe.runIf(hasMinio())('the proof of an upload into a bucket', () => {
  let minio: Minio;
  const aBucket = () => makeBucket(minio, `parts-${randomUUID()}`);
  beforeAll(async () => {
    minio = await startMinio();
  }, 120_000);
  afterAll(() => minio[Symbol.asyncDispose]());

  it.each([
    ['in order', [1, 2, 3]],
    ['in any order', [3, 2, 1]],
  ])(
    'is done while the parts come %s, and reads nothing back',
    async (_, order) => {
      await using two = await startTwo(minio, await aBucket(), await startPostgres());
      const layer = await layerOf(SIZE, `order ${order.join()}`);
      const upload = await two.first.begin(layer);

      for (const number of order) await two.first.put(upload, number, layer);
      const completed = await two.first.complete(upload, layer.digest);

      expect(completed).toMatchObject({ status: 200, json: { digest: layer.digest } });
      expect(two.readBack()).toEqual([]);
      expect(await two.store.readIndex(layer.digest)).toBeDefined();
    },
    60_000,
  );

  it('reads back from the first part on that another process took', async () => {
    await using two = await startTwo(minio, await aBucket(), await startPostgres());
    const layer = await layerOf(SIZE, 'elsewhere');
    const upload = await two.first.begin(layer);

    await two.first.put(upload, 1, layer);
    await two.second.put(upload, 2, layer);
    await two.first.put(upload, 3, layer);
    const completed = await two.first.complete(upload, layer.digest);

    expect(completed.status).toBe(200);
    expect(two.readBack()).toEqual([`bytes=${PART_BYTES}-${layer.bytes.length - 1}`]);
  }, 60_000);

  it('reads back what found no memory', async () => {
    await using two = await startTwo(minio, await aBucket(), await startPostgres(), {
      uploadProofMemoryBytes: 2 * 1024 * 1024,
    });
    const layer = await layerOf(SIZE, 'memory');
    const upload = await two.first.begin(layer);

    await two.first.putAll(upload, layer);
    const completed = await two.first.complete(upload, layer.digest);

    expect(completed.status).toBe(200);
    expect(two.readBack()).toHaveLength(2);
  }, 60_000);

  it('believes the parts that it saw when a sender broke off in the middle of one', async () => {
    await using two = await startTwo(minio, await aBucket(), await startPostgres());
    const layer = await layerOf(SIZE, 'broken');
    const upload = await two.first.begin(layer);

    const corrupt = await two.first.put(upload, 1, layer, { 'x-floe-crc32': '00000000' });
    await two.first.putAll(upload, layer);
    const completed = await two.first.complete(upload, layer.digest);

    expect([corrupt.status, completed.status]).toEqual([400, 200]);
    expect(two.readBack()).toEqual([]);
  }, 60_000);

  it('does not believe what it saw when another process wrote the same part at the same moment', async () => {
    await using two = await startTwo(minio, await aBucket(), await startPostgres());
    const layer = await layerOf(SIZE, 'right');
    const upload = await two.first.begin(layer);
    const other = Buffer.from(layer.bytes);
    other.fill('x', PART_BYTES + 1_000, PART_BYTES + 2_000);
    await two.first.put(upload, 1, layer);
    using first = two.hold('first');
    const storing = two.first.put(upload, 2, layer);
    await eventually(first.isWaiting);
    using second = two.hold('second');
    const overwriting = two.second.put(upload, 2, { ...layer, bytes: other });
    await eventually(second.isWaiting);
    first[Symbol.dispose]();
    await storing;
    second[Symbol.dispose]();
    await overwriting;

    await two.first.put(upload, 3, layer);
    const completed = await two.first.complete(upload, layer.digest);

    expect(completed).toMatchObject({ status: 422, json: { code: 'DIGEST_MISMATCH' } });
    expect(await two.store.stat(layer.digest)).toBeUndefined();
    expect(two.readBack().at(0)).toMatch(/^bytes=0-/);
  }, 60_000);
});
