import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

import { LAYOUT_VERSION } from '@floe/layers';

import type { LocalItem } from '../walk/local-file.ts';

type Items = readonly LocalItem[];

/** Digests of layers whose files did not change since they were hashed. */
export abstract class DigestCache {
  abstract get(items: Items): Promise<string | undefined>;
  abstract set(items: Items, digest: string): Promise<void>;
  /** What was set for them was wrong. */
  abstract forget(items: Items): Promise<void>;
}

export class NoDigestCache extends DigestCache {
  async get(): Promise<undefined> {}
  async set(): Promise<void> {}
  async forget(): Promise<void> {}
}

const mostEntries = 4096;

/** One small JSON file, the last set at its end; when two processes write at once, the last one wins. */
export class FileDigestCache extends DigestCache {
  #entries: Promise<Map<string, string>> | undefined;

  /** `now` in ms since 1970. */
  constructor(
    private readonly path: string,
    private readonly now: () => number = Date.now,
  ) {
    super();
  }

  async get(items: Items): Promise<string | undefined> {
    const key = cacheKey(items, this.now());
    return key === undefined ? undefined : (await this.#load()).get(key);
  }

  async set(items: Items, digest: string): Promise<void> {
    const key = cacheKey(items, this.now());
    if (key === undefined) return;
    const entries = await this.#load();
    entries.delete(key);
    entries.set(key, digest);
    await this.#save(entries);
  }

  async forget(items: Items): Promise<void> {
    const key = cacheKey(items, this.now());
    const entries = await this.#load();
    if (key !== undefined && entries.delete(key)) await this.#save(entries);
  }

  async #load(): Promise<Map<string, string>> {
    this.#entries ??= readFile(this.path, 'utf8').then(entriesIn, () => new Map<string, string>());
    return await this.#entries;
  }

  async #save(entries: ReadonlyMap<string, string>): Promise<void> {
    const kept = [...entries].slice(-mostEntries);
    const temporary = `${this.path}.${randomUUID()}`;
    await mkdir(dirname(this.path), { recursive: true });
    await writeFile(temporary, JSON.stringify(kept), { mode: 0o600 });
    await rename(temporary, this.path);
  }
}

/**
 * Names the content of a layer by what the file system tells of its files. Undefined when a file changed so
 * shortly before `now` (ms since 1970) that a further change could leave its times as they are.
 */
function cacheKey(items: Items, now: number): string | undefined {
  const settled = BigInt(Math.trunc(now) - 2_000) * 1_000_000n;
  const hash = createHash('sha256').update(`layout ${LAYOUT_VERSION}\n`);
  for (const { path, kind, identity } of items) {
    if (identity.mtimeNs > settled || identity.ctimeNs > settled) return undefined;
    hash.update(JSON.stringify([path, kind, ...Object.values(identity).map(String)]));
  }
  return hash.digest('hex');
}

function entriesIn(text: string): Map<string, string> {
  try {
    const entries: unknown = JSON.parse(text);
    return Array.isArray(entries) ? new Map(entries.filter(isEntry)) : new Map();
  } catch {
    return new Map();
  }
}

function isEntry(entry: unknown): entry is [string, string] {
  return Array.isArray(entry) && entry.length === 2 && entry.every((it) => typeof it === 'string');
}
