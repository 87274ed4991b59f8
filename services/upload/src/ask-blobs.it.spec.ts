import { startPostgres } from '@floe/testing';
import { describe, expect, it } from 'vitest';

import { layerOf, sumOf, TestParts } from './test-parts.ts';

const LAYER_BYTES = 34_000;
const digestOfNothing = `sha256:${'0'.repeat(64)}`;

describe('POST blobs', () => {
  it('says what to send, and where to', async () => {
    await using parts = await startParts();

    const [answer] = await parts.ask([{ sizeBytes: 25_000 }]);

    expect(answer).toMatchObject({
      state: 'send',
      upload: { sizeBytes: 25_000, partSizeBytes: 10_000 },
    });
    const id = answer?.upload?.id;
    expect(answer?.upload?.parts).toEqual([
      { number: 1, sizeBytes: 10_000, state: 'missing', url: `/api/v1/uploads/${id}/parts/1` },
      { number: 2, sizeBytes: 10_000, state: 'missing', url: `/api/v1/uploads/${id}/parts/2` },
      { number: 3, sizeBytes: 5_000, state: 'missing', url: `/api/v1/uploads/${id}/parts/3` },
    ]);
    const expiresInMs = Date.parse(answer?.upload?.expiresAt ?? '') - Date.now();
    expect(expiresInMs / 3_600_000).toBeCloseTo(24, 1);
  });

  it('has at most 1,000 parts', async () => {
    await using parts = await startParts({ partBytes: 16 * 1024 ** 2 });

    const [most, more] = await parts.ask([
      { sizeBytes: 16_000 * 1024 ** 2 },
      { sizeBytes: 16_000 * 1024 ** 2 + 1 },
    ]);

    expect(most?.upload?.parts).toHaveLength(1_000);
    expect(more?.upload).toMatchObject({ partSizeBytes: 32 * 1024 ** 2 });
    expect(more?.upload?.parts).toHaveLength(501);
  });

  it('knows what the team has, by digest and by size, and tells no other team', async () => {
    await using parts = await startParts();
    const layer = await layerOf(LAYER_BYTES);
    const sizeBytes = layer.bytes.length;
    await parts.call('PUT', `/api/v1/teams/demo/blobs/${layer.digest}`, layer.bytes);

    const questions = [
      { sizeBytes, digest: layer.digest },
      { sizeBytes },
      { sizeBytes, digest: digestOfNothing },
      { sizeBytes: sizeBytes + 1 },
    ];
    const own = await parts.ask(questions);
    const foreign = await parts.ask(questions, { team: 'other' });

    expect(own.map(({ state }) => state)).toEqual(['present', 'hash-first', 'send', 'send']);
    expect(own[0]).toEqual({ state: 'present', digest: layer.digest });
    expect(foreign.map(({ state }) => state)).toEqual(['send', 'send', 'send', 'send']);
  });

  it('gives two blobs of one size two uploads', async () => {
    await using parts = await startParts();

    const answers = await parts.ask([{ sizeBytes: 500 }, { sizeBytes: 500 }]);

    expect(new Set(answers.map(({ upload }) => upload?.id)).size).toBe(2);
  });

  it('goes on with what broke off, in the order of then', async () => {
    await using parts = await startParts();
    const [one, two] = [await layerOf(LAYER_BYTES, 'one'), await layerOf(LAYER_BYTES, 'two')];
    const questions = [{ sizeBytes: one.bytes.length }, { sizeBytes: two.bytes.length }];
    const [first, second] = await parts.ask(questions);
    if (!first?.upload || !second?.upload) throw new Error('no uploads');
    await parts.put(first.upload, 2, one);
    await parts.put(second.upload, 3, two);

    const [again, beside] = await parts.ask(questions);

    expect(again).toMatchObject({ state: 'resume', upload: { id: first.upload.id } });
    expect(beside).toMatchObject({ state: 'resume', upload: { id: second.upload.id } });
    expect(again?.upload?.parts[1]).toMatchObject({
      state: 'received',
      crc32: sumOf(one.bytes.subarray(10_000, 20_000)),
    });
  });

  it('goes on by digest, or by size where the digest was not known; never with an excepted one', async () => {
    await using parts = await startParts();
    const digest = `sha256:${'a'.repeat(64)}`;
    const other = `sha256:${'b'.repeat(64)}`;
    const [known] = await parts.ask([{ sizeBytes: 700, digest }]);
    const [unknown] = await parts.ask([{ sizeBytes: 900 }]);
    const [knownId, unknownId] = [known?.upload?.id ?? '', unknown?.upload?.id ?? ''];
    const idOf = async (
      question: { sizeBytes: number; digest?: string },
      except: string[] = [],
    ): Promise<string | undefined> => (await parts.ask([question], { except }))[0]?.upload?.id;

    expect(await idOf({ sizeBytes: 700, digest })).toBe(knownId);
    expect(await idOf({ sizeBytes: 700 })).toBe(knownId);
    expect(await idOf({ sizeBytes: 700, digest: other })).not.toBe(knownId);
    expect(await idOf({ sizeBytes: 900, digest })).toBe(unknownId);
    expect(await idOf({ sizeBytes: 900 }, [unknownId])).not.toBe(unknownId);
    expect(await idOf({ sizeBytes: 900, digest }, [unknownId])).not.toBe(unknownId);
  });

  it.each([
    ['no size', { blobs: [{}] }],
    ['a size of nothing', { blobs: [{ sizeBytes: 0 }] }],
    ['a digest that is none', { blobs: [{ sizeBytes: 1, digest: 'sha256:abc' }] }],
    ['1,001 questions', { blobs: Array.from({ length: 1_001 }, () => ({ sizeBytes: 1 })) }],
    ['a field that it does not know', { blobs: [{ sizeBytes: 1 }], size: 1 }],
  ])('refuses %s', async (_, body) => {
    await using parts = await startParts();

    const { status } = await parts.call('POST', '/api/v1/teams/demo/blobs', body);

    expect(status).toBe(400);
  });
});

async function startParts(options: Parameters<typeof TestParts.start>[1] = {}): Promise<TestParts> {
  return TestParts.start(await startPostgres(), options);
}
