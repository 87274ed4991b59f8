import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { models } from '../arbitrary-model.ts';
import type { Item } from '../model/item.ts';
import { checkCanonical, itemsOf, type ProvenLayer } from './check-canonical.ts';
import { type LayerPlan, layOut } from './lay-out.ts';

const MEBIBYTE = 1024 * 1024;

describe('checkCanonical', () => {
  it('accepts what layOut gives, and finds the same items in it', () => {
    fc.assert(
      fc.property(models, ({ items }) => {
        const layers = layOut(items).map(proven);

        expect(checkCanonical(layers).every(({ code }) => code === 'PATHS_DIFFER_BY_CASE')).toBe(
          true,
        );
        expect(layOut(itemsOf(layers.map(({ index }) => index)))).toEqual(layOut(items));
      }),
    );
  });

  it('refuses the same layers in another order', () => {
    const layers = layOut(files('a', 'b')).map(proven);

    expect(() => checkCanonical(layers.toReversed())).toThrow(
      expect.objectContaining({ code: 'LAYOUT_NOT_CANONICAL', path: 'a' }),
    );
  });

  it('refuses one layer for what are two, and two for what is one', () => {
    const two = files('a', 'b');
    const one = files('c', 'd').map((item) => ({ ...item, sizeBytes: 1 }));

    for (const layers of [[asLayer(two)], one.map((item) => asLayer([item]))])
      expect(() => checkCanonical(layers)).toThrow(
        expect.objectContaining({ code: 'LAYOUT_NOT_CANONICAL' }),
      );
  });

  it('refuses a layer of another size', () => {
    const layers = layOut(files('a')).map(proven);

    expect(() =>
      checkCanonical(layers.map((layer) => ({ ...layer, sizeBytes: layer.sizeBytes + 512 }))),
    ).toThrow(expect.objectContaining({ code: 'LAYOUT_NOT_CANONICAL' }));
  });

  it('refuses a path that two layers hold', () => {
    const layers = [...layOut(files('a')), ...layOut(files('a'))].map(proven);

    expect(() => checkCanonical(layers)).toThrow(
      expect.objectContaining({ code: 'PATH_TWICE', path: 'a' }),
    );
  });

  it('refuses no layers at all', () => {
    expect(() => checkCanonical([])).toThrow(expect.objectContaining({ code: 'EMPTY_MODEL' }));
  });

  it('warns of paths that differ by case over all layers', () => {
    const layers = layOut(files('model', 'MODEL')).map(proven);

    expect(checkCanonical(layers)).toEqual([
      expect.objectContaining({ code: 'PATHS_DIFFER_BY_CASE', paths: ['MODEL', 'model'] }),
    ]);
  });
});

function files(...paths: readonly string[]): readonly Item[] {
  return paths.map((path) => ({ path, sizeBytes: 5 * MEBIBYTE }));
}

function asLayer(items: readonly Item[]): ProvenLayer {
  return proven({ items, sizeBytes: 0, firstPath: '' });
}

function proven({ items, sizeBytes }: LayerPlan): ProvenLayer {
  const fileItems = items.filter(({ directory }) => !directory);
  const directories = items.filter(({ directory }) => directory);
  return {
    sizeBytes,
    index: {
      files: fileItems.map((item) => ({
        path: item.path,
        offset: 0,
        sizeBytes: item.sizeBytes,
        executable: false,
      })),
      emptyDirectories: directories.map(({ path }) => path),
    },
  };
}
