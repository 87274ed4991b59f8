import type { BigIntStats } from 'node:fs';
import { lstat, readdir, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';

import { WalkError } from './errors.ts';
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

/**
 * The files of a model: a folder with all that is in it, or one file by itself. Symbolic links are followed;
 * names become NFC; empty folders stay.
 * @throws WalkError with the path at fault.
 */
export async function walk(path: string, options: WalkOptions = {}): Promise<Walked> {
  const local = resolve(path);
  const stats = await statOf(local, path);
  if (stats.isFile()) {
    const name = basename(local).normalize('NFC');
    return { items: [itemAt({ local, path: name, stats }, 'file')], leftOut: [] };
  }
  if (!stats.isDirectory()) throw notAFile(path);
  const walker = new Walker(await leftOutOf(local), options.signal);
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
    private readonly signal: AbortSignal | undefined,
  ) {}

  /** `above` are the folders on the way here, by device and inode. */
  async enter(folder: Place, above: readonly string[]): Promise<void> {
    this.signal?.throwIfAborted();
    const self = `${folder.stats.dev}:${folder.stats.ino}`;
    if (above.includes(self)) throw cycle(folder.path);
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
    const places = names.map(async (bytes): Promise<Place | undefined> => {
      const name = utf8(bytes, folder.path);
      const path = folder.path === '' ? name : `${folder.path}/${name}`;
      const model = path.normalize('NFC');
      if (this.isLeftOut(model)) return this.#leave(model);
      const local = join(folder.local, name);
      const stats = await statOf(local, path);
      if (stats.isDirectory() && this.isLeftOut(`${model}/`)) return this.#leave(`${model}/`);
      return { local, path: model, stats };
    });
    return (await Promise.all(places)).filter((place) => place !== undefined);
  }

  #leave(path: string): undefined {
    this.leftOut.push(path);
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

async function statOf(local: string, path: string): Promise<BigIntStats> {
  try {
    return await stat(local, { bigint: true });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ELOOP') throw cycle(path);
    if (code !== 'ENOENT' && code !== 'ENOTDIR') throw error;
    throw await missing(local, path);
  }
}

async function missing(local: string, path: string): Promise<WalkError> {
  const isLink = await lstat(local).then(
    (stats) => stats.isSymbolicLink(),
    () => false,
  );
  return isLink
    ? new WalkError('LINK_DANGLING', path, `${path} is a link to something that is not there`)
    : new WalkError('NOT_FOUND', path, `${path} is not there`);
}

function cycle(path: string): WalkError {
  return new WalkError('LINK_CYCLE', path, `${path} is a link that leads back to itself`);
}

function notAFile(path: string): WalkError {
  return new WalkError('NOT_A_FILE', path, `${path} is neither a file nor a folder`);
}

function utf8(bytes: Buffer, folder: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    const name = bytes.toString('latin1');
    throw new WalkError('PATH_NOT_UTF8', folder, `the name of ${folder}/${name} is not UTF-8`);
  }
}
