import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { layerBytes, modelOf, models, onlyPlan } from '../arbitrary-model.ts';
import { layOut } from '../plan/lay-out.ts';
import { writeLayer } from './write-layer.ts';

describe('writeLayer', () => {
  it('gives the same bytes, as many as planned, for any chunking of the files', async () => {
    await fc.assert(
      fc.asyncProperty(models, fc.integer({ min: 1, max: 700 }), async (model, chunkBytes) => {
        const plan = onlyPlan(model.items);

        const chunked = await layerBytes(plan, model, chunkBytes);

        expect(chunked).toHaveLength(plan.sizeBytes);
        expect(chunked.equals(await layerBytes(plan, model))).toBe(true);
      }),
    );
  });

  it.each([
    ['fewer', 9],
    ['more', 11],
    ['none', 0],
  ])('fails when a file gives %s bytes than planned', async (_, bytes) => {
    const plan = onlyPlan([{ path: 'model.onnx', sizeBytes: 10 }]);

    const written = layerBytes(plan, modelOf([['model.onnx', Buffer.alloc(bytes)]]));

    await expect(written).rejects.toMatchObject({ code: 'FILE_CHANGED', path: 'model.onnx' });
  });

  it('gives no byte of a file beyond the planned ones', async () => {
    const plan = onlyPlan([{ path: 'log', sizeBytes: 0 }]);
    let given = 0;

    await expect(async () => {
      for await (const chunk of writeLayer(plan, async function* endless() {
        for (;;) yield Buffer.alloc(1 << 20);
      }))
        given += chunk.length;
    }).rejects.toMatchObject({ code: 'FILE_CHANGED' });

    expect(given).toBeLessThan(4_096);
  });

  it('closes the file it reads when the reader leaves', async () => {
    const plan = onlyPlan([{ path: 'model.onnx', sizeBytes: 1 << 24 }]);
    let closed = false;
    const layer = writeLayer(plan, async function* content() {
      try {
        for (;;) yield Buffer.alloc(1 << 20);
      } finally {
        closed = true;
      }
    });

    for await (const chunk of layer) if (chunk.length >= 1 << 20) break;

    expect(closed).toBe(true);
  });

  it('passes large chunks on as they are and gathers the rest', async () => {
    const small = Array.from({ length: 1_000 }, (_, index) => `s${index}`);
    const plans = layOut([
      { path: 'big', sizeBytes: 1 << 22 },
      ...small.map((path) => ({ path, sizeBytes: 10 })),
    ]);
    const [large, ten] = [Buffer.alloc(1 << 20), Buffer.alloc(10)];

    const lengths = await Promise.all(
      plans.map(async (plan) => {
        const chunks: number[] = [];
        for await (const chunk of writeLayer(plan, async function* content({ sizeBytes }) {
          if (sizeBytes === 10) yield ten;
          else yield* Array<Buffer>(4).fill(large);
        }))
          chunks.push(chunk.length);
        return chunks;
      }),
    );

    expect(lengths[0]).toEqual([1_536, 1 << 20, 1 << 20, 1 << 20, 1 << 20, 1_024]);
    expect(lengths[1]?.length).toBeLessThan(20);
  });

  it('opens each file once, in path order, and no directory', async () => {
    const opened: string[] = [];
    const plan = onlyPlan([
      { path: 'b', sizeBytes: 0 },
      { path: 'c', sizeBytes: 0, directory: true },
      { path: 'a/x', sizeBytes: 0 },
    ]);

    for await (const _ of writeLayer(plan, async function* content({ path }) {
      opened.push(path);
      yield Buffer.of();
    }));

    expect(opened).toEqual(['a/x', 'b']);
  });
});
