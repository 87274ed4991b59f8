import { isUtf8 } from 'node:buffer';
import type { BigIntStats } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';

import { WalkError } from './errors.ts';
import { FileStats, linkCycle, type Named } from './file-stats.ts';
import { type LeftOut, leftOutOf } from './left-out.ts';
import { identityOf, type LocalItem } from './local-file.ts';

export interface Walked {
  /** In no particular order: the layout sorts. */
  readonly items: readonly LocalItem[];
  /** Paths that the ignore rules left out, a folder with a slash at its end standing for all within. */
  readonly leftOut: readonly string[];
}

export interface WalkOptions {
  readonly signal?: AbortSignal | undefined;
}

interface Place {
  readonly local: string;
  /** Path in the model; empty at its root. */
  readonly path: string;
  readonly stats: BigIntStats;
}

interface Child extends Named {
  /** Its path in the model: in normal form C. */
  readonly model: string;
}

/**
 * The files of a model: a folder with all that is in it, or one file by itself. Symbolic links are followed;
 * names become NFC; empty folders stay.
 * @throws WalkError with the path at fault.
 */
export async function walk(path: string, options: WalkOptions = {}): Promise<Walked> {
  const local = resolve(path);
  const fileStats = new FileStats();
  const stats = await fileStats.ofOne({ local, path });
  if (stats.isFile()) {
    const name = basename(local).normalize('NFC');
    return { items: [itemAt({ local, path: name, stats }, 'file')], leftOut: [] };
  }
  if (!stats.isDirectory()) throw notAFile(path);
  const walker = new Walker(await leftOutOf(local), fileStats, options.signal);
  await walker.enter({ local, path: '', stats }, []);
  if (!walker.items.some((item) => item.kind === 'file')) {
    throw new WalkError('EMPTY_MODEL', path, `${path} holds no file`);
  }
  return walker;
}

class Walker implements Walked {
  readonly items: LocalItem[] = [];
  readonly leftOut: string[] = [];
  readonly #seen = new Set<string>();

  constructor(
    private readonly isLeftOut: LeftOut,
    private readonly stats: FileStats,
    private readonly signal: AbortSignal | undefined,
  ) {}

  /** `above` are the folders on the way here, by device and inode. */
  async enter(folder: Place, above: readonly string[]): Promise<void> {
    this.signal?.throwIfAborted();
    const self = `${folder.stats.dev}:${folder.stats.ino}`;
    if (above.includes(self)) throw linkCycle(folder.path);
    const children = await this.#childrenOf(folder);
    if (children.length === 0 && folder.path !== '') this.#take(folder, 'empty-folder');
    for (const child of children) {
      if (child.stats.isDirectory()) await this.enter(child, [...above, self]);
      else if (child.stats.isFile()) this.#take(child, 'file');
      else throw notAFile(child.path);
    }
  }

  async #childrenOf(folder: Place): Promise<readonly Place[]> {
    const names = await readdir(folder.local, { encoding: 'buffer' });
    const children = names.flatMap((bytes) => this.#child(bytes, folder));
    const stats = await this.stats.of(children);
    return stats.flatMap((found, index) => {
      const child = children[index];
      if (child === undefined) return [];
      if (!found.isDirectory() || !this.isLeftOut(`${child.model}/`))
        return [{ local: child.local, path: child.model, stats: found }];
      this.leftOut.push(`${child.model}/`);
      return [];
    });
  }

  #child(bytes: Buffer, folder: Place): readonly Child[] {
    const name = utf8(bytes, folder.path);
    const path = folder.path === '' ? name : `${folder.path}/${name}`;
    const model = path.normalize('NFC');
    if (!this.isLeftOut(model)) return [{ local: join(folder.local, name), path, model }];
    this.leftOut.push(model);
    return [];
  }

  #take(place: Place, kind: LocalItem['kind']): void {
    if (this.#seen.has(place.path)) {
      throw new WalkError(
        'PATH_TWICE',
        place.path,
        `${place.path} is there twice (in Unicode's NFC)`,
      );
    }
    this.#seen.add(place.path);
    this.items.push(itemAt(place, kind));
  }
}

function itemAt(place: Place, kind: LocalItem['kind']): LocalItem {
  return {
    path: place.path,
    local: place.local,
    kind,
    sizeBytes: kind === 'file' ? Number(place.stats.size) : 0,
    identity: identityOf(place.stats),
  };
}

function notAFile(path: string): WalkError {
  return new WalkError('NOT_A_FILE', path, `${path} is neither a file nor a folder`);
}

function utf8(bytes: Buffer, folder: string): string {
  if (isUtf8(bytes)) return bytes.toString();
  const name = bytes.toString('latin1');
  throw new WalkError('PATH_NOT_UTF8', folder, `the name of ${folder}/${name} is not UTF-8`);
}
