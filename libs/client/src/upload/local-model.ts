import type { LocalItem } from '../walk/local-file.ts';
import { type DigestCache, NoDigestCache } from './digest-cache.ts';
import { HeldBytes } from './held-bytes.ts';
import { type LocalLayer, localLayers } from './local-layer.ts';
import type { OnProgress } from './progress.ts';

const heldBytes = 128 * 1024 * 1024;
/** A full bundle with its headers; bigger layers are read again when they are sent. */
const mostHeldOfOne = 68 * 1024 * 1024;

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
  async digests({ signal, onProgress }: DigestOptions = {}): Promise<readonly string[]> {
    const { totalBytes } = this;
    let doneBytes = 0;
    const digests: string[] = [];
    for (const layer of this.layers) {
      const digest = await layer.digest(this.#cache, this.held, (bytes) => {
        signal?.throwIfAborted();
        doneBytes += bytes;
        onProgress?.({ stage: 'hashing', doneBytes, totalBytes });
      });
      digests.push(digest);
    }
    return digests;
  }

  /** The digests that came from the cache were wrong: they are computed when asked for again. */
  async distrustCache(): Promise<void> {
    for (const layer of this.layers) {
      if (layer.fromCache) await layer.distrust(this.#cache);
    }
  }
}
