import { comparePaths } from '../model/compare-paths.ts';
import type { Item } from '../model/item.ts';
import { sortedItems } from '../model/sorted-items.ts';
import { layerSizeBytes } from '../tar/entries.ts';
import { type Group, groupItems } from './group-items.ts';
import { mergeNeighbours } from './merge-neighbours.ts';

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
  const groups = groupItems(sortedItems(items));
  const sizes = groups.map(({ contentBytes }) => contentBytes);
  const starts = mergeNeighbours(sizes, MOST_LAYERS);
  return starts.map((start, index) => planOf(groups.slice(start, starts[index + 1])));
}

function planOf(groups: readonly Group[]): LayerPlan {
  const items = groups.flatMap((group) => group.items);
  // Neighbours that were merged can reach across each other: a bundle goes on behind a big file.
  if (groups.length > 1) items.sort((one, other) => comparePaths(one.path, other.path));
  return { items, sizeBytes: layerSizeBytes(items), firstPath: items[0]?.path ?? '' };
}
