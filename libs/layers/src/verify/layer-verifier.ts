import type { LayerIndex } from './layer-index.ts';
import { PushedBytes, type Reading } from './pushed-bytes.ts';
import { type LayerLimits, readLayer } from './read-layer.ts';

/**
 * Proves that the bytes pushed to it are a layer of Layout 1, each byte of header, padding and end. Holds the names of
 * the entries and one head, never content.
 */
export class LayerVerifier {
  readonly #bytes = new PushedBytes();
  readonly #reading: Reading<LayerIndex>;
  #failure: { readonly cause: unknown } | undefined;

  constructor(limits: Partial<LayerLimits> = {}) {
    this.#reading = readLayer(this.#bytes, limits);
  }

  /** Reads the chunk to its end and keeps nothing of it. @throws LayerInvalid at the first deviation, and ever after */
  write(chunk: Uint8Array): void {
    this.#bytes.push(chunk);
    this.#advance();
  }

  /** To be called once, after the last byte. @throws LayerInvalid */
  end(): LayerIndex {
    this.#bytes.close();
    const index = this.#advance();
    if (!index) throw new Error('The layer was ended before.');
    return index;
  }

  #advance(): LayerIndex | undefined {
    if (this.#failure) throw this.#failure.cause;
    try {
      const { done, value } = this.#reading.next();
      return done ? value : undefined;
    } catch (cause) {
      this.#failure = { cause };
      throw cause;
    }
  }
}
