import { createHash } from 'node:crypto';

import { type LayerIndex, LayerVerifier } from '@floe/layers';

/** Hashes the bytes of a layer and checks them against the layout. */
export class LayerHash {
  readonly #hash = createHash('sha256');
  readonly #verifier = new LayerVerifier();
  #bytesDone = 0;

  get bytesDone(): number {
    return this.#bytesDone;
  }

  /** Keeps nothing of them. Throws LayerInvalid. */
  update(bytes: Uint8Array): void {
    this.#hash.update(bytes);
    this.#verifier.write(bytes);
    this.#bytesDone += bytes.length;
  }

  /** After the last byte. Throws LayerInvalid. */
  end(): { readonly digest: string; readonly index: LayerIndex } {
    const index = this.#verifier.end();
    return { digest: `sha256:${this.#hash.digest('hex')}`, index };
  }
}
