import { createHash } from 'node:crypto';

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { models } from '../arbitrary-model.ts';
import type { Item } from '../model/item.ts';
import { layOut } from './lay-out.ts';

const MEBIBYTE = 1024 * 1024;

describe('layOut', () => {
  it('gives the same layers for any order of listing', () => {
    const shuffled = models.chain(({ items }) =>
      fc.tuple(
        fc.constant(items),
        fc.shuffledSubarray([...items], { minLength: items.length }),
        fc.array(fc.nat({ max: 70 * MEBIBYTE }), { minLength: 12, maxLength: 12 }),
      ),
    );
    fc.assert(
      fc.property(shuffled, ([items, other, sizes]) => {
        const sizeOf = new Map(items.map(({ path }, index) => [path, sizes[index] ?? 0]));
        const sized = (item: Item): Item =>
          item.directory ? item : { ...item, sizeBytes: sizeOf.get(item.path) ?? 0 };

        expect(layOut(other.map(sized))).toEqual(layOut(items.map(sized)));
      }),
    );
  });

  it.each([
    ['262145 files and folders', Array.from({ length: 262_144 }, (_, n) => `d/${n}`)],
    [
      'bytes of names',
      // They differ early: to compare names by their last letters is not what is tried here.
      Array.from({ length: 250_000 }, (_, n) => `${'x'.repeat(50)}/${n}${'z'.repeat(240)}`),
    ],
  ])('refuses at once what nobody would take: %s', (what, paths) => {
    expect(() => layOut(paths.map((path) => ({ path, sizeBytes: 1 })))).toThrow(
      expect.objectContaining({
        code: 'TOO_MANY_FILES',
        message: expect.stringContaining(what) as string,
      }),
    );
    expect(layOut(paths.slice(1, 60_000).map((path) => ({ path, sizeBytes: 1 })))).toHaveLength(1);
  });

  it('plans 163 files of 4.3 GB as 48 layers that keep every file once', () => {
    const items = Array.from({ length: 163 }, (_, index) => ({
      path: `model-${String(index + 1).padStart(5, '0')}-of-00163.safetensors`,
      sizeBytes: 4_300_000_000 + index,
    }));

    const plans = layOut(items.toReversed());

    expect(plans).toHaveLength(48);
    expect(plans.flatMap((plan) => plan.items)).toEqual(items);
    // All become pairs, the odd one joins the last pair, then the first pairs become fours.
    expect(new Set(plans.map((plan) => plan.items.length))).toEqual(new Set([2, 3, 4]));
    expect(plans.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)).toBeGreaterThan(
      163 * 4_300_000_000,
    );
  });

  it('plans 100,000 small files in a moment', () => {
    const items = Array.from({ length: 100_000 }, (_, index) => ({
      path: `shard-${index % 317}/part-${index % 1009}/sample number ${index}.json`,
      sizeBytes: 1_000,
    }));

    const begin = performance.now();
    const plans = layOut(items);

    expect(performance.now() - begin).toBeLessThan(5_000);
    expect(plans.flatMap((plan) => plan.items)).toHaveLength(100_000);
  });

  it('fills a bundle up to 64 MiB and not a byte more', () => {
    const full = pathsThat((closes) => !closes, 32).map((path) => ({
      path,
      sizeBytes: 2 * MEBIBYTE,
    }));

    expect(layOut(full)).toHaveLength(1);
    expect(layOut([...full, { path: 'z', sizeBytes: 0 }])).toHaveLength(1);
    expect(layOut([...full, { path: 'z', sizeBytes: 1 }])).toHaveLength(2);
  });

  it('closes a bundle from 8 MiB on, after a file whose path says so, never after a directory', () => {
    const [closing = ''] = pathsThat((closes) => closes, 1);
    const after = { path: 'z', sizeBytes: 1 };
    const file = { path: closing, sizeBytes: 0 };

    expect(layOut([...four(2 * MEBIBYTE), file, after])).toHaveLength(2);
    expect(layOut([...four(2 * MEBIBYTE - 1), file, after])).toHaveLength(1);
    expect(
      layOut([...four(2 * MEBIBYTE), { ...file, directory: true as const }, after]),
    ).toHaveLength(1);
  });

  it('sorts the items of layers that were merged across each other', () => {
    const small = ['a', 'c', 'z'].map((path) => ({ path, sizeBytes: 1 }));
    const big = Array.from({ length: 60 }, (_, index) => ({
      path: `b${index + 10}`,
      sizeBytes: 4 * MEBIBYTE,
    }));

    const [first] = layOut([...small, ...big]);

    expect(first?.items.map(({ path }) => path)).toEqual(['a', 'b10', 'c', 'z']);
    expect(first?.firstPath).toBe('a');
  });

  it.each([
    ['EMPTY_MODEL', []],
    ['EMPTY_MODEL', [{ path: 'assets', sizeBytes: 0, directory: true as const }]],
    ['PATH_TWICE', files('a', 'b', 'a')],
    ['PATH_TWICE', files('a', 'a-b', 'a/b')],
    ['PATH_TWICE', [...files('a/b'), { path: 'a', sizeBytes: 0, directory: true as const }]],
    ['PATH_INVALID', files('a', '../b')],
    ['DEPTH', files('d/'.repeat(32) + 'f')],
    ['SIZE_INVALID', [{ path: 'a', sizeBytes: -1 }]],
    ['SIZE_INVALID', [{ path: 'a', sizeBytes: 0.5 }]],
    ['SIZE_INVALID', [...files('b'), { path: 'a', sizeBytes: 1, directory: true as const }]],
    [
      'SIZE_INVALID',
      [
        { path: 'a', sizeBytes: 2 ** 52 },
        { path: 'b', sizeBytes: 2 ** 52 },
      ],
    ],
  ])('refuses with %s what no layer can hold', (code, items: readonly Item[]) => {
    expect(() => layOut(items)).toThrow(expect.objectContaining({ name: 'LayoutError', code }));
  });
});

/** `closes` tells whether the SHA-256 of the path begins with the hex digit 0. */
function pathsThat(wanted: (closes: boolean) => boolean, count: number): readonly string[] {
  return Array.from({ length: 1_000 }, (_, index) => `c${index}`)
    .filter((path) => wanted(createHash('sha256').update(path).digest('hex').startsWith('0')))
    .slice(0, count);
}

/** Before all that `pathsThat` gives. */
function four(sizeBytes: number): readonly Item[] {
  return ['a', 'a2', 'b', 'b2'].map((path) => ({ path, sizeBytes }));
}

function files(...paths: readonly string[]): readonly Item[] {
  return paths.map((path) => ({ path, sizeBytes: 1 }));
}
