import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { layerBytes, type Model, modelOf, models, onlyPlan } from '../arbitrary-model.ts';
import type { Item } from '../model/item.ts';
import type { LayerPlan } from '../plan/lay-out.ts';
import { type FileContent, fillLayer, type OpenContent } from './fill-layer.ts';

describe('fillLayer', () => {
  it('gives the bytes of writeLayer, whatever memory is lent and however files are read', async () => {
    const sizes = fc.integer({ min: 1, max: 3_000 });
    await fc.assert(
      fc.asyncProperty(models, sizes, sizes, async (model, lentBytes, readBytes) => {
        const plan = onlyPlan(model.items);

        const chunks = await filled(plan, reading(model, readBytes), lentBytes);

        expect(Buffer.concat(chunks).equals(await layerBytes(plan, model))).toBe(true);
        const full = plan.sizeBytes - (plan.sizeBytes % lentBytes);
        expect(chunks.map(({ length }) => length)).toEqual([
          ...Array<number>(full / lentBytes).fill(lentBytes),
          ...(full < plan.sizeBytes ? [plan.sizeBytes - full] : []),
        ]);
      }),
      { numRuns: 60 },
    );
  });

  it('fails when a file ends before its planned end, or says that it is not what it was', async () => {
    const plan = onlyPlan([{ path: 'model.onnx', sizeBytes: 10 }]);
    const short = modelOf([['model.onnx', Buffer.alloc(9)]]);
    const opened: string[] = [];

    await expect(filled(plan, reading(short, 4, opened))).rejects.toMatchObject({
      code: 'FILE_CHANGED',
      path: 'model.onnx',
    });
    await expect(
      filled(plan, (item) => ({
        ...reading(modelOf([['model.onnx', Buffer.alloc(10)]]), 4, opened)(item),
        end: () => {
          throw new Error('it was touched');
        },
      })),
    ).rejects.toThrow('it was touched');

    expect(opened).toEqual(['model.onnx', 'closed', 'model.onnx', 'closed']);
  });

  it('opens each file once, in path order, and closes it, also when the reader leaves', async () => {
    const opened: string[] = [];
    const files = ['b', 'a', 'c'].map((path) => [path, Buffer.alloc(3_000)] as const);
    const model = modelOf(files);
    const layer = fillLayer(onlyPlan(model.items), reading(model, 5_000, opened), lending(2_048));

    let given = 0;
    for await (const chunk of layer) if ((given += chunk.length) > 8_000) break;

    expect(opened).toEqual(['a', 'closed', 'b', 'closed']);
  });

  it('lets others go on although no file makes it wait', async () => {
    const model = modelOf(Array.from({ length: 40 }, (_, at) => [`f${at}`, Buffer.alloc(2_000)]));
    let turns = 0;
    let isDone = false;
    const tick = (): void => {
      turns += 1;
      if (!isDone) setImmediate(tick);
    };
    tick();

    await filled(onlyPlan(model.items), reading(model, 5_000), 1_024);
    isDone = true;

    expect(turns).toBeGreaterThan(10);
  });
});

function reading(
  model: Model,
  readBytes: number,
  opened: string[] = [],
): (item: Item) => FileContent {
  return ({ path }) => {
    opened.push(path);
    let left = model.contents.get(path) ?? new Uint8Array();
    return {
      read: (into) => {
        const some = left.subarray(0, Math.min(into.length, readBytes));
        into.set(some);
        left = left.subarray(some.length);
        return some.length;
      },
      end: () => {},
      close: () => void opened.push('closed'),
    };
  };
}

function lending(bytes: number): (bytesLeft: number) => Uint8Array {
  return (bytesLeft) => Buffer.alloc(Math.min(bytes, bytesLeft), 0xff);
}

async function filled(
  plan: LayerPlan,
  open: OpenContent,
  lentBytes = 1_024,
): Promise<readonly Uint8Array[]> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of fillLayer(plan, open, lending(lentBytes))) chunks.push(chunk);
  return chunks;
}
