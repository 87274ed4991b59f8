import { LayerInvalid, Turns, type LayerIndex } from '@floe/layers';

import { layerRefused } from '../domain/errors.ts';
import { LayerHash } from './layer-hash.ts';

/** Hashes bytes and checks them against the layout while they pass. */
export class CheckedLayer {
  readonly #layer = new LayerHash();

  /** Throws ModelRefused at the first deviation from the layout. */
  async *pass(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    const turns = new Turns();
    for await (const chunk of bytes) {
      orRefused(() => this.#layer.update(chunk));
      yield chunk;
      // A layer of empty files costs the most for each byte, and no disk slows it.
      await turns.pause();
    }
  }

  /** After the last byte. Throws ModelRefused. */
  end(): { readonly digest: string; readonly index: LayerIndex } {
    return orRefused(() => this.#layer.end());
  }
}

function orRefused<Result>(check: () => Result): Result {
  try {
    return check();
  } catch (error) {
    if (!(error instanceof LayerInvalid)) throw error;
    throw layerRefused(error.code, error.message, error);
  }
}
