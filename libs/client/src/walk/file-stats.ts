import { type BigIntStats, statSync } from 'node:fs';
import { lstat, stat } from 'node:fs/promises';

import { Turns } from '@floe/layers';

import { WalkError } from './errors.ts';

export interface Named {
  readonly local: string;
  /** What it is called where something is wrong with it. */
  readonly path: string;
}

/** The first files of a folder may have to be fetched on any disk. */
const mostSlow = 32;

/**
 * What the file system tells of files, links followed. A disk that answers at once is asked without a wait, which
 * costs a fifth of the trip through the thread pool; one that is far away is asked for many files at the same time.
 */
export class FileStats {
  readonly #turns = new Turns();
  readonly #slowMs: number;
  #slow = 0;

  /** An answer that takes longer than this was waited for. */
  constructor(slowMs = 0.25) {
    this.#slowMs = slowMs;
  }

  /** In their order. @throws WalkError `NOT_FOUND`, `LINK_DANGLING` or `LINK_CYCLE`. */
  async of(files: readonly Named[]): Promise<readonly BigIntStats[]> {
    const stats: BigIntStats[] = [];
    for (const file of files) {
      if (this.#slow >= mostSlow)
        return [...stats, ...(await Promise.all(files.slice(stats.length).map(asked)))];
      stats.push(await this.ofOne(file));
    }
    return stats;
  }

  /** @throws WalkError as `of` */
  async ofOne(file: Named): Promise<BigIntStats> {
    if (this.#turns.isOver) await this.#turns.pause();
    const begun = performance.now();
    try {
      return statSync(file.local, { bigint: true });
    } catch (error) {
      throw await failure(file, error);
    } finally {
      if (performance.now() - begun > this.#slowMs) this.#slow += 1;
    }
  }
}

async function asked(file: Named): Promise<BigIntStats> {
  try {
    return await stat(file.local, { bigint: true });
  } catch (error) {
    throw await failure(file, error);
  }
}

async function failure({ local, path }: Named, error: unknown): Promise<unknown> {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ELOOP') return linkCycle(path);
  if (code !== 'ENOENT' && code !== 'ENOTDIR') return error;
  const isLink = await lstat(local).then(
    (stats) => stats.isSymbolicLink(),
    () => false,
  );
  return isLink
    ? new WalkError('LINK_DANGLING', path, `${path} is a link to something that is not there`)
    : new WalkError('NOT_FOUND', path, `${path} is not there`);
}

export function linkCycle(path: string): WalkError {
  return new WalkError('LINK_CYCLE', path, `${path} is a link that leads back to itself`);
}
