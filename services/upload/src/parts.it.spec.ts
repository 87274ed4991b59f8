import { eventually, startPostgres } from '@floe/testing';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { blobOf, layerOf, sumOf, TestParts } from './test-parts.ts';

const LAYER_BYTES = 34_000;
const digestOfNothing = `sha256:${'0'.repeat(64)}`;

describe('PUT a part', () => {
  it('takes any order, again and at the same time, with one result', async () => {
    await using parts = await startParts({ partBytes: 2_000 });
    const orders = fc.uniqueArray(fc.nat(), { minLength: 6, maxLength: 6 }).chain((keys) => {
      const numbers = [1, 2, 3, 4, 5, 6].toSorted(
        (a, b) => (keys[a - 1] ?? 0) - (keys[b - 1] ?? 0),
      );
      return fc.tuple(
        fc.constant(numbers),
        fc.array(fc.integer({ min: 1, max: 6 }), { maxLength: 6 }),
        fc.boolean(),
        fc.string({ minLength: 1, maxLength: 8 }),
      );
    });

    await fc.assert(
      fc.asyncProperty(orders, async ([numbers, again, atOnce, seed]) => {
        const layer = await layerOf(8_000, seed);
        const [asked] = await parts.ask([{ sizeBytes: layer.bytes.length, digest: layer.digest }]);
        if (asked?.state === 'present') return;
        if (asked?.upload === undefined) throw new Error('no upload');
        const { upload } = asked;
        const put = async (number: number): Promise<void> =>
          expect((await parts.put(upload, number, layer)).status).toBe(204);
        if (atOnce) await Promise.all([...numbers, ...again].map(put));
        else for (const number of [...numbers, ...again]) await put(number);

        const completed = await parts.complete(upload, layer.digest);

        expect(completed.json).toEqual({ digest: layer.digest, state: 'present' });
      }),
      { numRuns: 15 },
    );
    expect(await parts.unpublished()).toEqual([]);
  });

  it.each([
    ['another CRC-32', { 'x-floe-crc32': '00000000' }, 400, 'PART_CORRUPT'],
    ['no CRC-32 of 8 digits', { 'x-floe-crc32': 'crc' }, 400, 'INVALID_REQUEST'],
  ])('refuses %s, and takes the right bytes afterwards', async (_, headers, status, code) => {
    await using parts = await startParts();
    const layer = await layerOf(LAYER_BYTES);
    const upload = await parts.begin(layer);

    const refused = await parts.put(upload, 1, layer, headers);
    const before = await parts.get(upload.id);
    const taken = await parts.put(upload, 1, layer);

    expect(refused).toMatchObject({ status, json: { code } });
    expect(before.json.parts[0]).toMatchObject({ state: 'missing' });
    expect(taken.status).toBe(204);
  });

  it('refuses other lengths than the part has', async () => {
    await using parts = await startParts();
    const layer = await layerOf(LAYER_BYTES);
    const upload = await parts.begin(layer);
    const { url = '' } = upload.parts[0] ?? {};
    const part = layer.bytes.subarray(0, 9_999);

    const refused = await parts.call('PUT', url, part, { 'x-floe-crc32': sumOf(part) });

    expect(refused).toMatchObject({ status: 400, json: { code: 'PART_SIZE_WRONG' } });
  });

  it('never changes a part that it has', async () => {
    await using parts = await startParts();
    const [layer, other] = [await layerOf(LAYER_BYTES, 'one'), await layerOf(LAYER_BYTES, 'two')];
    const upload = await parts.begin(layer);
    await parts.put(upload, 2, layer);

    const conflict = await parts.put(upload, 2, other);

    expect(conflict).toMatchObject({ status: 409, json: { code: 'PART_CONFLICT' } });
    await parts.putAll(upload, layer);
    expect((await parts.complete(upload, layer.digest)).status).toBe(200);
  });

  it.each([0, 5, 1_001])('has no part %d', async (number) => {
    await using parts = await startParts();
    const layer = await layerOf(LAYER_BYTES);
    const { id } = await parts.begin(layer);

    const refused = await parts.call('PUT', `/api/v1/uploads/${id}/parts/${number}`, layer.bytes, {
      'x-floe-crc32': '00000000',
    });

    expect([400, 404]).toContain(refused.status);
  });
});

describe('complete', () => {
  it('names the parts that are missing', async () => {
    await using parts = await startParts();
    const layer = await layerOf(LAYER_BYTES);
    const upload = await parts.begin(layer);
    await parts.put(upload, 2, layer);

    const refused = await parts.complete(upload, layer.digest);

    expect(refused).toMatchObject({
      status: 409,
      json: { code: 'PARTS_MISSING', parts: [1, 3, 4] },
    });
  });

  it('answers the same again, and the team has the blob', async () => {
    await using parts = await startParts();
    const layer = await layerOf(LAYER_BYTES);
    const upload = await parts.begin(layer);
    await parts.putAll(upload, layer);

    const answers = await Promise.all([1, 2, 3].map(() => parts.complete(upload, layer.digest)));
    const late = await parts.complete(upload, layer.digest);

    for (const answer of [...answers, late])
      expect(answer).toMatchObject({
        status: 200,
        json: { digest: layer.digest, state: 'present' },
      });
    const [asked] = await parts.ask([{ sizeBytes: layer.bytes.length, digest: layer.digest }]);
    expect(asked).toEqual({ state: 'present', digest: layer.digest });
    expect((await parts.get(upload.id)).json).toMatchObject({
      state: 'present',
      proving: { bytesDone: layer.bytes.length },
    });
    const built = await parts.call('POST', '/api/v1/models/demo/iris/builds', {
      layers: [layer.digest],
    });
    expect(built.status).toBe(202);
  });

  it('does not hold its answer for ever, and shows how far the proof is', async () => {
    await using parts = await startParts();
    const layer = await layerOf(LAYER_BYTES);
    const upload = await parts.begin(layer);
    await parts.putAll(upload, layer);

    const atOnce = await parts.completeUpload.execute(
      upload.id,
      layer.digest,
      { kind: 'everyone' },
      0,
    );
    const shown = await parts.get(upload.id);

    expect(atOnce).toBeUndefined();
    expect(shown.json.proving?.bytesDone).toBeGreaterThanOrEqual(0);
    await eventually(async () => (await parts.get(upload.id)).json.state === 'present');
  });

  it('lets two uploads of one blob succeed', async () => {
    await using parts = await startParts();
    const layer = await layerOf(LAYER_BYTES);
    const { length: sizeBytes } = layer.bytes;
    const uploads = (await parts.ask([{ sizeBytes }, { sizeBytes }])).flatMap(
      ({ upload }) => upload ?? [],
    );
    await Promise.all(uploads.map((upload) => parts.putAll(upload, layer)));

    const answers = await Promise.all(
      uploads.map((upload) => parts.complete(upload, layer.digest)),
    );

    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect(await parts.unpublished()).toEqual([]);
  });

  it('of another digest leaves a dead upload and no bytes', async () => {
    await using parts = await startParts();
    const layer = await layerOf(LAYER_BYTES);
    const upload = await parts.begin(layer);
    await parts.putAll(upload, layer);

    const refused = await parts.complete(upload, digestOfNothing);

    const dead = { status: 422, json: { code: 'DIGEST_MISMATCH' } };
    expect(refused).toMatchObject(dead);
    expect(await parts.unpublished()).toEqual([]);
    expect(await parts.complete(upload, layer.digest)).toMatchObject(dead);
    expect(await parts.get(upload.id)).toMatchObject(dead);
    expect(await parts.put(upload, 1, layer)).toMatchObject(dead);
    const [asked] = await parts.ask([{ sizeBytes: layer.bytes.length, digest: layer.digest }]);
    expect(asked?.state).toBe('send');
  });

  it('of bytes that are no layer says which entry and why, before the rest is sent', async () => {
    await using parts = await startParts();
    const { bytes } = await layerOf(LAYER_BYTES);
    bytes[1_024 + 100] = 0x37;
    const broken = blobOf(bytes);
    const upload = await parts.begin(broken);
    await parts.put(upload, 1, broken);

    const refused = await eventually(async () => {
      const answer = await parts.put(upload, 2, broken);
      return answer.status === 422 && answer;
    });

    expect(refused.json).toMatchObject({
      code: 'LAYER_INVALID',
      detail: expect.stringContaining('model.bin'),
    });
    await eventually(async () => (await parts.unpublished()).length === 0);
    expect(await parts.complete(upload, broken.digest)).toMatchObject({ status: 422 });
  });

  it('goes on in another process, that has to read back', async () => {
    await using parts = await startParts();
    const layer = await layerOf(LAYER_BYTES);
    const upload = await parts.begin(layer);
    await parts.put(upload, 1, layer);
    await parts.put(upload, 3, layer);

    await using other = await parts.another();
    const known = await other.get(upload.id);
    await other.put(upload, 2, layer);
    await other.put(upload, 4, layer);

    expect(known.json.parts.map(({ state }) => state)).toEqual([
      'received',
      'missing',
      'received',
      'missing',
    ]);
    expect((await other.complete(upload, layer.digest)).status).toBe(200);
  });

  it.each(['sealed', 'proven'])('goes on after a process that died %s', async (state) => {
    await using parts = await startParts();
    const layer = await layerOf(LAYER_BYTES);
    const upload = await parts.begin(layer);
    await parts.putAll(upload, layer);
    await parts.dataSource.query(
      `UPDATE upload_session SET state = $2, digest = $3 WHERE upload_id = $1`,
      [upload.id, state, layer.digest],
    );

    await eventually(async () => (await parts.get(upload.id)).json.state === 'present');

    const completed = await parts.complete(upload, layer.digest);
    expect(completed.status).toBe(200);
  });
});

describe('an upload', () => {
  it('is forgotten with its bytes when it is dropped', async () => {
    await using parts = await startParts();
    const layer = await layerOf(LAYER_BYTES);
    const upload = await parts.begin(layer);
    await parts.put(upload, 1, layer);

    const dropped = await parts.call('DELETE', `/api/v1/uploads/${upload.id}`);

    expect(dropped.status).toBe(204);
    expect(await parts.unpublished()).toEqual([]);
    expect(await parts.get(upload.id)).toMatchObject({
      status: 404,
      json: { code: 'UPLOAD_NOT_FOUND' },
    });
    expect((await parts.put(upload, 1, layer)).status).toBe(404);
  });

  it('whose bytes are gone from the store is not there any more', async () => {
    await using parts = await startParts();
    const layer = await layerOf(LAYER_BYTES);
    const upload = await parts.begin(layer);
    await parts.putAll(upload, layer);
    await using other = await parts.another();
    await other.removeUnpublished();

    const refused = await other.complete(upload, layer.digest);

    expect(refused).toMatchObject({ status: 404, json: { code: 'UPLOAD_NOT_FOUND' } });
    expect((await parts.begin(layer)).id).not.toBe(upload.id);
  });

  it('is swept with its bytes a day after its last part', async () => {
    await using parts = await startParts();
    const layer = await layerOf(LAYER_BYTES);
    const [old, young] = [await parts.begin(layer), await parts.begin(await layerOf(500))];
    await parts.put(old, 1, layer);
    await parts.put(young, 1, await layerOf(500));
    const tomorrow = new Date(Date.now() + 86_400_000);
    await parts.dataSource.query(`UPDATE upload_session SET touched_at = $2 WHERE upload_id = $1`, [
      young.id,
      tomorrow,
    ]);

    const swept = await parts.dropUploads.sweep(
      new Date(tomorrow.getTime() + 1_000),
      new AbortController().signal,
    );

    expect(swept).toBe(1);
    expect((await parts.get(old.id)).status).toBe(404);
    expect((await parts.get(young.id)).status).toBe(200);
    expect(await parts.unpublished()).toHaveLength(1);
  });
});

async function startParts(options: Parameters<typeof TestParts.start>[1] = {}): Promise<TestParts> {
  return TestParts.start(await startPostgres(), options);
}
