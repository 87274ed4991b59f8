import { ENTRY_PREFIX, ROOT_DIRECTORIES } from '../layout.ts';
import { comparePaths } from '../model/compare-paths.ts';
import type { Item } from '../model/item.ts';
import { addParents } from '../model/parents.ts';
import { type EntryHead, entrySizeBytes } from './entry-head.ts';
import { END_OF_ARCHIVE_BYTES } from './tar-block.ts';

/** The directories with which a layer of these items begins. Layout 1, rule 2. */
export function parentHeads(items: readonly Item[]): readonly EntryHead[] {
  const parents = new Set<string>();
  for (const { path } of items) addParents(path, parents);
  const names = [...parents].toSorted(comparePaths).map((path) => `${ENTRY_PREFIX}${path}/`);
  return [...ROOT_DIRECTORIES, ...names].map((name) => ({ name, sizeBytes: 0, directory: true }));
}

export function itemHead({ path, sizeBytes, directory }: Item): EntryHead {
  return {
    name: `${ENTRY_PREFIX}${path}${directory ? '/' : ''}`,
    sizeBytes,
    directory: directory === true,
  };
}

/** Of the tar that holds these items. */
export function layerSizeBytes(items: readonly Item[]): number {
  let sum = END_OF_ARCHIVE_BYTES;
  for (const head of parentHeads(items)) sum += entrySizeBytes(head);
  for (const item of items) sum += entrySizeBytes(itemHead(item));
  return sum;
}
