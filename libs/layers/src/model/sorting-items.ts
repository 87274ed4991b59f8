import { sorting } from '../steps/sorting.ts';
import { type Steps, stepping } from '../steps/steps.ts';
import { checkPath } from './check-path.ts';
import { comparePaths } from './compare-paths.ts';
import type { Item } from './item.ts';
import { LayoutError } from './layout-error.ts';
import { MODEL_LIMITS } from './model-limits.ts';
import { addParents } from './parents.ts';
import { quoted } from './quoted.ts';

/** The items in path order, known to be a model that Layout 1 can hold. @throws LayoutError */
export function* sortingItems(items: Iterable<Item>): Steps<readonly Item[]> {
  const all = [...items];
  yield* stepping(all, checkItem);
  if (all.every(({ directory }) => directory))
    throw new LayoutError('EMPTY_MODEL', 'The model has no file. Give at least one.');
  const sorted = yield* sorting(all, (one, other) => comparePaths(one.path, other.path));
  yield* checkingTogether(sorted);
  return sorted;
}

function checkItem({ path, sizeBytes, directory }: Item): void {
  checkPath(path);
  if (!Number.isSafeInteger(sizeBytes) || sizeBytes < 0 || (directory && sizeBytes !== 0))
    throw new LayoutError(
      'SIZE_INVALID',
      `The path ${quoted(path)} has the size ${sizeBytes}. A file's is a whole number of bytes, a directory's 0.`,
      path,
    );
}

function* checkingTogether(sorted: readonly Item[]): Steps<void> {
  const directories = new Set<string>();
  let [last, total]: [string | undefined, number] = [undefined, 0];
  yield* stepping(sorted, ({ path, sizeBytes }) => {
    if (path === last)
      throw new LayoutError(
        'PATH_TWICE',
        `The path ${quoted(path)} is given twice. Keep one.`,
        path,
      );
    last = path;
    total += sizeBytes;
    if (!Number.isSafeInteger(total))
      throw new LayoutError(
        'SIZE_INVALID',
        'The model is larger than 2^53 bytes. Divide it.',
        path,
      );
    addParents(path, directories);
  });
  yield* stepping(sorted, (item) => {
    if (directories.has(item.path)) throw notBoth(item);
  });
  yield* checkingSum(sorted, directories);
}

function* checkingSum(items: readonly Item[], parents: ReadonlySet<string>): Steps<void> {
  const entries = items.length + parents.size;
  let nameBytes = 0;
  yield* stepping(items, ({ path }) => {
    nameBytes += Buffer.byteLength(path);
  });
  yield* stepping(parents, (path) => {
    nameBytes += Buffer.byteLength(path);
  });
  if (entries > MODEL_LIMITS.entries)
    throw tooMany(`${entries} files and folders, more than ${MODEL_LIMITS.entries}`);
  if (nameBytes > MODEL_LIMITS.nameBytes)
    throw tooMany(`${nameBytes} bytes of names, more than ${MODEL_LIMITS.nameBytes}`);
}

function tooMany(what: string): LayoutError {
  const help = 'Pack its small files into fewer, such as a zip that it reads.';
  return new LayoutError('TOO_MANY_FILES', `The model has ${what}. ${help}`);
}

function notBoth({ path, directory }: Item): LayoutError {
  const fault = directory
    ? 'is given as an empty directory and has files in it. Leave the directory out.'
    : 'is a file and also a directory of other files. Rename one of them.';
  return new LayoutError('PATH_TWICE', `The path ${quoted(path)} ${fault}`, path);
}
