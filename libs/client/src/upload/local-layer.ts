import { createHash } from 'node:crypto';

import { fillLayer, type LayerPlan, layOut } from '@floe/layers';

import { openContent } from '../walk/file-content.ts';
import type { LocalItem } from '../walk/local-file.ts';
import { readBuffers } from '../walk/read-buffers.ts';
import type { DigestCache } from './digest-cache.ts';
import type { HeldBytes } from './held-bytes.ts';

/** Called with the bytes that were just read, in the order of the layer. */
export type OnBytes = (bytes: number) => void;

/** A layer of a model on this machine: its size is known at once, its digest after one reading or from the cache. */
export class LocalLayer {
  readonly plan: LayerPlan;
  readonly items: readonly LocalItem[];
  readonly #files: ReadonlyMap<string, LocalItem>;
  #digest: string | undefined;
  #held: readonly Uint8Array[] | undefined;
  #fromCache = false;

  constructor(plan: LayerPlan, items: readonly LocalItem[]) {
    this.plan = plan;
    this.items = items;
    this.#files = new Map(items.map((item) => [item.path, item]));
  }

  get sizeBytes(): number {
    return this.plan.sizeBytes;
  }

  /** Whether the digest was believed, not computed. */
  get fromCache(): boolean {
    return this.#fromCache;
  }

  /** Its digest where that needs no reading. */
  async knownDigest(cache: DigestCache): Promise<string | undefined> {
    if (this.#digest !== undefined) return this.#digest;
    this.#digest = await cache.get(this.items);
    this.#fromCache = this.#digest !== undefined;
    return this.#digest;
  }

  /** It was read to its end by somebody else, as `open` gives it. */
  async learn(cache: DigestCache, digest: string): Promise<void> {
    if (this.#digest === digest) return;
    this.#digest = digest;
    this.#fromCache = false;
    await cache.set(this.items, digest);
  }

  /** @throws WalkError `FILE_CHANGED` or `LFS_POINTER` */
  async digest(cache: DigestCache, held: HeldBytes, onBytes: OnBytes): Promise<string> {
    const known = await this.knownDigest(cache);
    if (known !== undefined) return known;
    const digest = await this.#hash(held, onBytes);
    await this.learn(cache, digest);
    return digest;
  }

  /** The layer's bytes, from memory where they were kept. */
  open(): AsyncIterable<Uint8Array> {
    return this.#held ? ReadableStream.from(this.#held) : this.#read();
  }

  /** Lets go of the bytes that were kept: they are sent, or nobody wants them. */
  release(held: HeldBytes): void {
    if (this.#held) held.give(this.sizeBytes);
    this.#held = undefined;
  }

  /** The cached digest was wrong: the next call of `digest` reads the files. */
  async distrust(cache: DigestCache): Promise<void> {
    await cache.forget(this.items);
    this.#digest = undefined;
    this.#fromCache = false;
  }

  async #hash(held: HeldBytes, onBytes: OnBytes): Promise<string> {
    const kept: Uint8Array[] | undefined = held.take(this.sizeBytes) ? [] : undefined;
    const hash = createHash('sha256');
    for await (const chunk of this.#read()) {
      hash.update(chunk);
      onBytes(chunk.length);
      if (kept === undefined) readBuffers.release(chunk);
      else {
        readBuffers.withdraw(chunk);
        kept.push(chunk);
      }
    }
    this.#held = kept;
    return `sha256:${hash.digest('hex')}`;
  }

  #read(): AsyncIterable<Uint8Array> {
    return fillLayer(
      this.plan,
      ({ path }) => {
        const item = this.#files.get(path);
        if (item === undefined) throw new Error(`the layout names ${path}, which was not walked`);
        return openContent(item);
      },
      (bytesLeft) => readBuffers.lend(bytesLeft),
    );
  }
}

/** The layers of a model, in their order. @throws LayoutError */
export function localLayers(items: readonly LocalItem[]): readonly LocalLayer[] {
  const byPath = new Map(items.map((item) => [item.path, item]));
  const plans = layOut(
    items.map(({ path, kind, sizeBytes }) =>
      kind === 'file' ? { path, sizeBytes } : { path, sizeBytes: 0, directory: true },
    ),
  );
  return plans.map((plan) => {
    const own = plan.items.flatMap(({ path }) => byPath.get(path) ?? []);
    return new LocalLayer(plan, own);
  });
}
