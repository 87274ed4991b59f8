import {
  inTurns,
  type Item,
  layingOut,
  type LayerPlan,
  LayoutError,
  writeLayer,
} from '@floe/layers';
import { Injectable } from '@nestjs/common';

import { ModelRefused } from '../domain/errors.ts';
import { HELD_BYTES, ProveLayer, type StagedLayer } from './prove-layer.ts';

/** The files of a model, wherever they were taken from; `open` gives each file's bytes once, in the order of the layout. */
export interface ModelSource {
  readonly items: readonly Item[];
  open(item: Item): AsyncIterable<Uint8Array>;
  /** The layer of this plan, if it was staged while the model came; it is the caller's from then on. */
  staged(plan: LayerPlan): StagedLayer | undefined;
}

/** Lays a model out on the server, for callers that send it as one body. */
@Injectable()
export class StoreModel {
  constructor(private readonly proveLayer: ProveLayer) {}

  /** Gives the digests of the layers in their order. None is visible before all are durable. */
  async execute(
    team: string,
    source: ModelSource,
    signal: AbortSignal,
  ): Promise<readonly string[]> {
    const plans = await plansOf(source.items);
    const [only, second] = plans;
    if (only !== undefined && second === undefined && only.sizeBytes <= HELD_BYTES) {
      const bytes = bytesOf(only, source);
      return [(await this.proveLayer.execute(team, bytes, undefined, signal)).digest];
    }
    return this.#all(team, plans, source, signal);
  }

  async #all(
    team: string,
    plans: readonly LayerPlan[],
    source: ModelSource,
    signal: AbortSignal,
  ): Promise<readonly string[]> {
    const unpublished: StagedLayer[] = [];
    try {
      for (const plan of plans)
        unpublished.push(source.staged(plan) ?? (await this.#stage(plan, source, signal)));
      const digests = unpublished.map(({ digest }) => digest);
      for (let layer = unpublished.shift(); layer; layer = unpublished.shift())
        await this.proveLayer.publish(team, layer);
      return digests;
    } finally {
      for (const layer of unpublished) await this.proveLayer.discard(layer);
    }
  }

  #stage(plan: LayerPlan, source: ModelSource, signal: AbortSignal): Promise<StagedLayer> {
    return this.proveLayer.stage(bytesOf(plan, source), signal);
  }
}

function bytesOf(plan: LayerPlan, source: ModelSource): AsyncIterable<Uint8Array> {
  return writeLayer(plan, (item) => source.open(item));
}

async function plansOf(items: readonly Item[]): Promise<readonly LayerPlan[]> {
  try {
    return await inTurns(layingOut(items));
  } catch (error) {
    if (!(error instanceof LayoutError)) throw error;
    throw new ModelRefused(error.code, error.message, { cause: error });
  }
}
