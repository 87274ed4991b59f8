import { ENTRY_PREFIX, ROOT_DIRECTORIES } from '../layout.ts';
import { comparePaths } from '../model/compare-paths.ts';
import type { Item } from '../model/item.ts';
import { addParents } from '../model/parents.ts';
import { sorting } from '../steps/sorting.ts';
import { type Steps, stepping } from '../steps/steps.ts';
import { type EntryHead, entrySizeBytes } from './entry-head.ts';
import { END_OF_ARCHIVE_BYTES } from './tar-block.ts';

/** The directories with which a layer of these items begins. Layout 1, rule 2. */
export function* parentHeads(items: readonly Item[]): Steps<readonly EntryHead[]> {
  const parents = new Set<string>();
  yield* stepping(items, ({ path }) => addParents(path, parents));
  const heads = ROOT_DIRECTORIES.map(directoryHead);
  yield* stepping(yield* sorting([...parents], comparePaths), (path) => {
    heads.push(directoryHead(`${ENTRY_PREFIX}${path}/`));
  });
  return heads;
}

function directoryHead(name: string): EntryHead {
  return { name, sizeBytes: 0, directory: true };
}

export function itemHead({ path, sizeBytes, directory }: Item): EntryHead {
  return {
    name: `${ENTRY_PREFIX}${path}${directory ? '/' : ''}`,
    sizeBytes,
    directory: directory === true,
  };
}

/** Of the tar that holds these items. */
export function* sizingLayer(items: readonly Item[]): Steps<number> {
  let sum = END_OF_ARCHIVE_BYTES;
  yield* stepping(yield* parentHeads(items), (head) => {
    sum += entrySizeBytes(head);
  });
  yield* stepping(items, (item) => {
    sum += entrySizeBytes(itemHead(item));
  });
  return sum;
}
