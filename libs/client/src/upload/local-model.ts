import type { LocalItem } from '../walk/local-file.ts';
import { type DigestCache, NoDigestCache } from './digest-cache.ts';
import { HeldBytes } from './held-bytes.ts';
import { type LocalLayer, localLayers } from './local-layer.ts';
import type { OnProgress } from './progress.ts';

const heldBytes = 128 * 1024 * 1024;
/** Bigger layers are sent while they are read; only where that turns out wrong are they read again. */
const mostHeldOfOne = 8 * 1024 * 1024;

export interface DigestOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: OnProgress | undefined;
}

/** A model on this machine, laid out: its layers and, after one reading of its files, their digests. */
export class LocalModel {
  readonly layers: readonly LocalLayer[];
  /** Of the files, and of the layers that hold them. */
  readonly fileCount: number;
  readonly fileBytes: number;
  readonly totalBytes: number;
  readonly held = new HeldBytes(heldBytes, mostHeldOfOne);
  readonly #cache: DigestCache;

  /** @throws LayoutError */
  constructor(
    readonly items: readonly LocalItem[],
    cache: DigestCache = new NoDigestCache(),
  ) {
    this.layers = localLayers(items);
    this.fileCount = items.filter(({ kind }) => kind === 'file').length;
    this.fileBytes = items.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    this.totalBytes = this.layers.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    this.#cache = cache;
  }

  /** In the order of the layers; what is known is not read again. @throws WalkError */
  async digests(options: DigestOptions = {}): Promise<readonly string[]> {
    return this.digestsOf(this.layers, options);
  }

  /** Those of some layers, in their order. @throws WalkError */
  async digestsOf(
    layers: readonly LocalLayer[],
    { signal, onProgress }: DigestOptions = {},
  ): Promise<readonly string[]> {
    const totalBytes = layers.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    let doneBytes = 0;
    const digests: string[] = [];
    for (const layer of layers) {
      const digest = await layer.digest(this.#cache, this.held, (bytes) => {
        signal?.throwIfAborted();
        doneBytes += bytes;
        onProgress?.({ stage: 'hashing', doneBytes, totalBytes });
      });
      digests.push(digest);
    }
    return digests;
  }

  /** What is known of the layer without reading it. */
  async knownDigest(layer: LocalLayer): Promise<string | undefined> {
    return layer.knownDigest(this.#cache);
  }

  /** The layer was read while it was sent. */
  async learn(layer: LocalLayer, digest: string): Promise<void> {
    await layer.learn(this.#cache, digest);
  }

  /** The digests that came from the cache were wrong: they are computed when asked for again. */
  async distrustCache(): Promise<void> {
    for (const layer of this.layers) {
      if (layer.fromCache) await layer.distrust(this.#cache);
    }
  }
}
