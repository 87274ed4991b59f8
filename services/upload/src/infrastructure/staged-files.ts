import type { Aside } from '@floe/archives';
import {
  BIG_FILE_BYTES,
  type Item,
  type LayerPlan,
  layOut,
  MOST_LAYERS,
  writeLayer,
} from '@floe/layers';
import type { BlobStore } from '@floe/storage';

import type { ProveLayer, StagedLayer } from '../application/prove-layer.ts';

/**
 * Big files of an archive, each written straight into the layer that it most likely becomes. What nobody took goes
 * when this is disposed of.
 */
export class StagedFiles implements Aside, AsyncDisposable {
  readonly #layers = new Map<string, StagedLayer>();

  constructor(
    private readonly proveLayer: ProveLayer,
    private readonly store: BlobStore,
    private readonly signal: AbortSignal,
  ) {}

  /** With more big files than layers some of them will share one, and be written again in any case. */
  wants({ sizeBytes }: Item): boolean {
    return sizeBytes >= BIG_FILE_BYTES && this.#layers.size < MOST_LAYERS;
  }

  async put(item: Item, content: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<void> {
    const [plan] = layOut([item]);
    if (!plan) throw new Error(`${item.path} has no layer`);
    const bytes = writeLayer(plan, () => content);
    this.#layers.set(item.path, await this.proveLayer.stage(bytes, signal));
  }

  async *open({ path, sizeBytes }: Item): AsyncGenerator<Uint8Array, void, undefined> {
    const layer = this.#layers.get(path);
    const [file] = layer?.index.files ?? [];
    if (!layer || !file) throw new Error(`${path} is not staged`);
    const range = { start: file.offset, end: file.offset + sizeBytes };
    yield* await this.store.readReceived(layer.received, this.signal, range);
  }

  /** The layer of this plan, if it is one of these; it is the caller's from then on. */
  take({ items: [item, ...more] }: LayerPlan): StagedLayer | undefined {
    if (!item || more.length > 0) return undefined;
    const layer = this.#layers.get(item.path);
    this.#layers.delete(item.path);
    return layer;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const layer of this.#layers.values()) await this.proveLayer.discard(layer);
  }
}
