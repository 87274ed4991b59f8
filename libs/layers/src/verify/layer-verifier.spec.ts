import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { chunksOf, layerBytes, modelOf, models, onlyPlan } from '../arbitrary-model.ts';
import { comparePaths } from '../model/compare-paths.ts';
import { itemsOf } from '../plan/check-canonical.ts';
import { decodeIndex, encodeIndex } from './encode-index.ts';
import type { LayerIndex } from './layer-index.ts';
import { LayerInvalid } from './layer-invalid.ts';
import { LayerVerifier } from './layer-verifier.ts';

const example = modelOf(
  [
    ['a/run.sh', Buffer.from('#!/bin/sh\n')],
    ['model.onnx', Buffer.alloc(700, 7)],
    ['notes.txt', Buffer.from('x')],
  ],
  ['assets', 'z'],
);

describe('LayerVerifier', () => {
  it('accepts all that the writer writes, in any chunks, and says where each file stands', async () => {
    await fc.assert(
      fc.asyncProperty(models, fc.integer({ min: 1, max: 1500 }), async (model, chunkBytes) => {
        const plan = onlyPlan(model.items);
        const bytes = await layerBytes(plan, model);

        const index = decodeIndex(encodeIndex(verified(bytes, chunkBytes)));

        expect(onlyPlan(itemsOf([index])).items).toEqual(plan.items);
        for (const { path, offset, sizeBytes } of index.files)
          expect(bytes.subarray(offset, offset + sizeBytes)).toEqual(
            Buffer.from(model.contents.get(path) ?? []),
          );
      }),
    );
  });

  it('refuses any flipped byte outside the contents', async () => {
    const bytes = await layerBytes(onlyPlan(example.items), example);
    const contents = verified(bytes).files;
    const outside = [...bytes.keys()].filter(
      (position) =>
        !contents.some(
          (file) => position >= file.offset && position < file.offset + file.sizeBytes,
        ),
    );

    const survivors = outside.filter((position) =>
      [0x01, 0x20, 0x80].some((mask) => {
        const flipped = Buffer.from(bytes);
        flipped[position] = (flipped[position] ?? 0) ^ mask;
        return accepted(flipped);
      }),
    );

    expect(outside.length).toBeGreaterThan(4_000);
    expect(survivors).toEqual([]);
  });

  it('accepts no bytes but those that the writer would write', async () => {
    const mutations: fc.Arbitrary<Mutation[]> = fc.array(
      fc.record({
        kind: fc.constantFrom('flip' as const, 'drop' as const, 'repeat' as const, 'swap' as const),
        at: fc.nat(),
        to: fc.nat(),
        byte: fc.nat({ max: 255 }),
      }),
      { minLength: 1, maxLength: 3 },
    );
    await fc.assert(
      fc.asyncProperty(models, mutations, async (model, changes) => {
        const bytes = changes.reduce(mutated, await layerBytes(onlyPlan(model.items), model));

        const index = accepted(bytes);

        expect(index ? await rewritten(bytes, index) : bytes).toEqual(bytes);
      }),
      { numRuns: 400 },
    );
  });

  it('takes a changed byte of a PAX record for another path at most', async () => {
    const model = modelOf([['été.txt', Buffer.from('x')]]);
    const bytes = await layerBytes(onlyPlan(model.items), model);
    const paths = new Set<string | undefined>();

    for (let position = 3 * 512; position < 3 * 512 + 40; position++)
      for (let byte = 0; byte < 256; byte++) {
        const changed = Buffer.from(bytes);
        changed[position] = byte;
        paths.add(accepted(changed)?.files[0]?.path);
      }

    paths.delete(undefined);
    expect(paths).toContain('été.txt');
    expect(paths).toContain('êté.txt');
    expect([...paths].filter((path) => path?.replaceAll(/\P{ASCII}/gu, '_') !== '_t_.txt')).toEqual(
      [],
    );
  });

  it('refuses a layer cut anywhere', async () => {
    const bytes = await layerBytes(onlyPlan(example.items), example);

    for (let length = 0; length < bytes.length; length += 1)
      expect(accepted(bytes.subarray(0, length))).toBeUndefined();
  });

  it('refuses bytes after the end, be they zeros', async () => {
    const bytes = await layerBytes(onlyPlan(example.items), example);

    expect(() => verified(Buffer.concat([bytes, Buffer.alloc(512)]))).toThrow(
      expect.objectContaining({ reason: 'follows the end of the archive' }),
    );
  });

  it('says the same again after a deviation', () => {
    const verifier = new LayerVerifier();
    const failure = { code: 'LAYER_INVALID', entry: 'etc/' };
    expect(() => verifier.write(Buffer.from('etc/'.padEnd(512, '\0')))).toThrow(LayerInvalid);

    expect(() => verifier.write(Buffer.alloc(512))).toThrow(LayerInvalid);
    expect(() => verifier.end()).toThrow(expect.objectContaining(failure));
  });
});

function verified(bytes: Uint8Array, chunkBytes = 1 << 16): LayerIndex {
  const verifier = new LayerVerifier();
  for (const chunk of chunksOf(bytes, chunkBytes)) {
    const reused = Buffer.from(chunk);
    verifier.write(reused);
    reused.fill(0xff);
  }
  return verifier.end();
}

function accepted(bytes: Uint8Array): LayerIndex | undefined {
  try {
    return verified(bytes);
  } catch (error) {
    if (error instanceof LayerInvalid) return undefined;
    throw error;
  }
}

/** What the writer makes of a layer's files. */
function rewritten(bytes: Buffer, index: LayerIndex): Promise<Buffer> {
  const files = index.files.map(
    ({ path, offset, sizeBytes }) => [path, bytes.subarray(offset, offset + sizeBytes)] as const,
  );
  const model = modelOf(files, index.emptyDirectories);
  const items = model.items.toSorted((one, other) => comparePaths(one.path, other.path));
  return layerBytes({ items, sizeBytes: bytes.length, firstPath: '' }, model);
}

interface Mutation {
  readonly kind: 'flip' | 'drop' | 'repeat' | 'swap';
  readonly at: number;
  readonly to: number;
  readonly byte: number;
}

/** One byte, or whole blocks, are changed. */
function mutated(bytes: Buffer, { kind, at, to, byte }: Mutation): Buffer {
  if (kind === 'flip') {
    const flipped = Buffer.from(bytes);
    flipped[at % bytes.length] = byte;
    return flipped;
  }
  const blocks = [...chunksOf(bytes, 512)];
  const [from, onto] = [at % blocks.length, to % blocks.length];
  const [one, other] = [blocks.slice(from, from + 1), blocks.slice(onto, onto + 1)];
  if (kind === 'drop') blocks.splice(from, 1);
  if (kind === 'repeat') blocks.splice(onto, 0, ...one);
  if (kind === 'swap') {
    blocks.splice(from, 1, ...other);
    blocks.splice(onto, 1, ...one);
  }
  return Buffer.concat(blocks);
}
