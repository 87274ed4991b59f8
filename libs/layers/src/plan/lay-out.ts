import { comparePaths } from '../model/compare-paths.ts';
import type { Item } from '../model/item.ts';
import { sortingItems } from '../model/sorting-items.ts';
import { sorting } from '../steps/sorting.ts';
import { atOnce, type Steps } from '../steps/steps.ts';
import { sizingLayer } from '../tar/entries.ts';
import { type Group, groupingItems } from './grouping-items.ts';
import { mergingNeighbours } from './merging-neighbours.ts';

/** Leaves room for the layers of a runtime below the engines' limit. */
export const MOST_LAYERS = 48;

export interface LayerPlan {
  /** In path order, never none. */
  readonly items: readonly Item[];
  /** Of the whole tar, known without reading a file. */
  readonly sizeBytes: number;
  readonly firstPath: string;
}

/**
 * The layers of a model: at most 48, ordered by their first paths, the same for any order of the items.
 * Layout 1, rules 1, 4 and 5. Takes O(n log n).
 * @throws LayoutError
 */
export function layOut(items: Iterable<Item>): readonly LayerPlan[] {
  return atOnce(layingOut(items));
}

/** What `layOut` does, in steps. @throws LayoutError */
export function* layingOut(items: Iterable<Item>): Steps<readonly LayerPlan[]> {
  const groups = yield* groupingItems(yield* sortingItems(items));
  const sizes = groups.map(({ contentBytes }) => contentBytes);
  const starts = yield* mergingNeighbours(sizes, MOST_LAYERS);
  const plans: LayerPlan[] = [];
  for (const [index, start] of starts.entries())
    plans.push(yield* planning(groups.slice(start, starts[index + 1])));
  return plans;
}

function* planning(groups: readonly Group[]): Steps<LayerPlan> {
  const all = groups.flatMap((group) => group.items);
  // Neighbours that were merged can reach across each other: a bundle goes on behind a big file.
  const items =
    groups.length > 1
      ? yield* sorting(all, (one, other) => comparePaths(one.path, other.path))
      : all;
  return { items, sizeBytes: yield* sizingLayer(items), firstPath: items[0]?.path ?? '' };
}
