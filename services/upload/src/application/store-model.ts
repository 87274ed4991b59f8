import { type Item, layOut, LayoutError, writeLayer } from '@floe/layers';
import { Injectable } from '@nestjs/common';

import { ModelRefused } from '../domain/errors.ts';
import { ProveLayer } from './prove-layer.ts';

/** The files of a model, wherever they were taken from; `open` gives each file's bytes once, in the order of the layout. */
export interface ModelSource {
  readonly items: readonly Item[];
  open(item: Item): AsyncIterable<Uint8Array>;
}

/** Lays a model out on the server, for callers that send it as one body. */
@Injectable()
export class StoreModel {
  constructor(private readonly proveLayer: ProveLayer) {}

  /** Gives the digests of the layers in their order. */
  async execute(
    team: string,
    source: ModelSource,
    signal: AbortSignal,
  ): Promise<readonly string[]> {
    const digests: string[] = [];
    for (const plan of plansOf(source.items)) {
      const bytes = writeLayer(plan, (item) => source.open(item));
      const { digest } = await this.proveLayer.execute(team, bytes, undefined, signal);
      digests.push(digest);
    }
    return digests;
  }
}

function plansOf(items: readonly Item[]): ReturnType<typeof layOut> {
  try {
    return layOut(items);
  } catch (error) {
    if (!(error instanceof LayoutError)) throw error;
    throw new ModelRefused(error.code, error.message, { cause: error });
  }
}
