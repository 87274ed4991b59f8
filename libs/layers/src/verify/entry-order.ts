import { ENTRY_PREFIX, ROOT_DIRECTORIES } from '../layout.ts';
import { checkPath } from '../model/check-path.ts';
import { comparePaths } from '../model/compare-paths.ts';
import { LayoutError } from '../model/layout-error.ts';
import { parentOf } from '../model/parents.ts';
import type { EntryHead } from '../tar/entry-head.ts';
import { LayerInvalid } from './layer-invalid.ts';

/**
 * Layout 1, rules 1 and 2, over the entries as they come: the root directories, each other parent of the items once,
 * in order, then the items in order.
 *
 * Whether a directory before the first file is a parent or itself an item (an empty one) shows only later: it is a
 * parent if something stands in it.
 */
export class EntryOrder {
  #roots = 0;
  /** The directories before the first file: parents, then empty ones. */
  readonly #head: string[] = [];
  readonly #headSet = new Set<string>();
  readonly #inhabited = new Set<string>();
  /** Where the head's order breaks: parents end here. */
  #break: number | undefined;
  #firstFile: string | undefined;
  #last: string | undefined;
  readonly #laterDirectories: string[] = [];

  /** The entry's path in the model; `undefined` for the two directories above it. @throws LayerInvalid */
  add({ name, directory }: EntryHead): string | undefined {
    const root = ROOT_DIRECTORIES[this.#roots];
    if (root !== undefined) {
      if (name !== root) throw new LayerInvalid(name, `stands where ${root} was expected`);
      this.#roots++;
      return undefined;
    }
    const path = pathOf(name, directory);
    if (this.#headSet.has(path)) throw new LayerInvalid(name, 'comes twice');
    this.#enter(path, name);
    if (directory && this.#firstFile === undefined) this.#addToHead(path, name);
    else this.#addItem(path, name, directory);
    return path;
  }

  /** The empty directories, in order. @throws LayerInvalid */
  end(): readonly string[] {
    if (this.#roots < ROOT_DIRECTORIES.length)
      throw new LayerInvalid(ROOT_DIRECTORIES[this.#roots] ?? '', 'is missing');
    const firstEmpty = this.#head.findIndex((path) => !this.#inhabited.has(path));
    const empty = firstEmpty === -1 ? [] : this.#head.slice(firstEmpty);
    this.#checkHead(this.#head.length - empty.length, empty);
    const all = [...empty, ...this.#laterDirectories];
    if (all.length === 0 && this.#firstFile === undefined)
      throw new LayerInvalid(ENTRY_PREFIX, 'has nothing in it');
    return all;
  }

  #enter(path: string, name: string): void {
    const parent = parentOf(path);
    if (parent === undefined) return;
    if (!this.#headSet.has(parent))
      throw new LayerInvalid(
        name,
        'stands in a directory that is not at the beginning of the layer',
      );
    this.#inhabited.add(parent);
  }

  #addToHead(path: string, name: string): void {
    const before = this.#head.at(-1);
    if (before !== undefined && comparePaths(before, path) > 0) {
      if (this.#break !== undefined) throw outOfOrder(name);
      this.#break = this.#head.length;
    }
    this.#head.push(path);
    this.#headSet.add(path);
  }

  #addItem(path: string, name: string, directory: boolean): void {
    if (this.#last !== undefined && comparePaths(this.#last, path) >= 0) throw outOfOrder(name);
    this.#last = path;
    this.#firstFile ??= path;
    if (directory) this.#laterDirectories.push(path);
  }

  #checkHead(parents: number, empty: readonly string[]): void {
    if (this.#break !== undefined && this.#break !== parents)
      throw outOfOrder(nameOf(this.#head[this.#break] ?? ''));
    const late = empty.find((path) => this.#inhabited.has(path));
    if (late !== undefined) throw outOfOrder(nameOf(late));
    const [last, first] = [empty.at(-1), this.#firstFile];
    if (last !== undefined && first !== undefined && comparePaths(last, first) > 0)
      throw outOfOrder(nameOf(last));
  }
}

function pathOf(name: string, directory: boolean): string {
  if (!name.startsWith(ENTRY_PREFIX)) throw new LayerInvalid(name, `is not below ${ENTRY_PREFIX}`);
  if (name.endsWith('/') !== directory)
    throw new LayerInvalid(name, 'ends with a slash or is a directory, but not both');
  const path = name.slice(ENTRY_PREFIX.length, directory ? -1 : undefined);
  try {
    checkPath(path);
  } catch (cause) {
    if (!(cause instanceof LayoutError)) throw cause;
    throw new LayerInvalid(name, `has a path that is refused: ${cause.message}`, { cause });
  }
  return path;
}

function nameOf(directory: string): string {
  return `${ENTRY_PREFIX}${directory}/`;
}

function outOfOrder(name: string): LayerInvalid {
  return new LayerInvalid(name, 'is out of order');
}
