import { hash } from 'node:crypto';

import type { Item } from '../model/item.ts';
import { type Steps, stepping } from '../steps/steps.ts';

const MEBIBYTE = 1024 * 1024;
/** From here on a file is a layer of its own, unless there are too many of them. */
export const BIG_FILE_BYTES = 4 * MEBIBYTE;
const BUNDLE_MAY_CLOSE_BYTES = 8 * MEBIBYTE;
const MOST_BUNDLE_BYTES = 64 * MEBIBYTE;

/** What becomes one layer unless there are too many of them. */
export interface Group {
  readonly items: readonly Item[];
  /** The sum of the files' sizes. */
  readonly contentBytes: number;
}

class GrowingGroup implements Group {
  readonly items: Item[] = [];
  contentBytes = 0;

  add(item: Item): void {
    this.items.push(item);
    this.contentBytes += item.sizeBytes;
  }
}

/** Layout 1, rule 4: items in path order become groups in the order of their first paths. */
export function* groupingItems(sorted: Iterable<Item>): Steps<readonly Group[]> {
  const groups: Group[] = [];
  let bundle: GrowingGroup | undefined;
  yield* stepping(sorted, (item) => {
    if (item.sizeBytes >= BIG_FILE_BYTES) {
      groups.push({ items: [item], contentBytes: item.sizeBytes });
      return;
    }
    if (!bundle || bundle.contentBytes + item.sizeBytes > MOST_BUNDLE_BYTES) {
      bundle = new GrowingGroup();
      groups.push(bundle);
    }
    bundle.add(item);
    if (bundle.contentBytes >= BUNDLE_MAY_CLOSE_BYTES && closesBundle(item)) bundle = undefined;
  });
  return groups;
}

/** The path decides, so that one new small file does not shift all later bundles. */
function closesBundle({ path, directory }: Item): boolean {
  return !directory && hash('sha256', path).startsWith('0');
}
