import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { models } from '../arbitrary-model.ts';
import { comparePaths } from '../model/compare-paths.ts';
import type { Item } from '../model/item.ts';
import { parentOf } from '../model/parents.ts';
import { atOnce } from '../steps/steps.ts';
import { itemHead, parentHeads } from '../tar/entries.ts';
import type { EntryHead } from '../tar/entry-head.ts';
import { EntryOrder } from './entry-order.ts';
import { LayerInvalid } from './layer-invalid.ts';

const changes = fc.array(
  fc.record({ remove: fc.nat({ max: 1 }), at: fc.nat(), from: fc.nat(), insert: fc.boolean() }),
  { maxLength: 3 },
);

const anyEntries = fc
  .array(
    fc.record({
      path: fc.constantFrom('a', 'a/b', 'a/b/c', 'a-b', 'b', 'b/a', 'c', '', 'model'),
      directory: fc.boolean(),
    }),
    { maxLength: 8 },
  )
  .map((entries) => [...atOnce(parentHeads([])), ...entries.map(headOf)]);

const changedEntries = fc.tuple(models, changes).map(([{ items }, edits]) => {
  const heads = canonical(items);
  for (const { remove, at, from, insert } of edits) {
    const inserted = insert ? heads.slice(from % heads.length, (from % heads.length) + 1) : [];
    heads.splice(at % heads.length, remove, ...inserted);
  }
  return heads;
});

describe('EntryOrder', () => {
  it.each([
    ['changed layers', changedEntries],
    ['any entries', anyEntries],
  ])('accepts of %s exactly those that stand as Layout 1 would put them', (_, entries) => {
    fc.assert(
      fc.property(entries, (heads) => {
        expect(accepts(heads)).toBe(isCanonical(heads));
      }),
      { numRuns: 3_000 },
    );
  });

  it('takes the directories before the first file for parents only if something stands in them', () => {
    const order = new EntryOrder();
    for (const head of canonical([
      { path: 'z/x', sizeBytes: 0 },
      { path: 'a', sizeBytes: 0, directory: true },
      { path: 'zz', sizeBytes: 0, directory: true },
    ]))
      order.add(head);

    expect(order.end()).toEqual(['a', 'zz']);
  });
});

function accepts(heads: readonly EntryHead[]): boolean {
  const order = new EntryOrder();
  try {
    for (const head of heads) order.add(head);
    order.end();
    return true;
  } catch (error) {
    if (error instanceof LayerInvalid) return false;
    throw error;
  }
}

/** Collects the items, whatever their order, and looks whether the writer would write these entries for them. */
function isCanonical(heads: readonly EntryHead[]): boolean {
  const below = heads.slice(atOnce(parentHeads([])).length).map(itemOf);
  const paths = below.map(({ path }) => path);
  const inhabited = new Set(paths.map(parentOf));
  const items = below.filter(({ path, directory }) => !directory || !inhabited.has(path));
  return (
    items.length > 0 &&
    !paths.includes('') &&
    new Set(paths).size === paths.length &&
    canonical(items).map(nameOf).join('\n') === heads.map(nameOf).join('\n')
  );
}

function itemOf({ name, directory }: EntryHead): Item {
  const path = name.slice('model/files/'.length, directory ? -1 : undefined);
  return { path, sizeBytes: 0, ...(directory && { directory }) };
}

function nameOf({ name }: EntryHead): string {
  return name;
}

function canonical(items: readonly Item[]): EntryHead[] {
  const sorted = items.toSorted((one, other) => comparePaths(one.path, other.path));
  return [...atOnce(parentHeads(sorted)), ...sorted.map(itemHead)];
}

function headOf({ path, directory }: { readonly path: string; readonly directory: boolean }) {
  return itemHead({ path, sizeBytes: 0, ...(directory && { directory }) });
}
