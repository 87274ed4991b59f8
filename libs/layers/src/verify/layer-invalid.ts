import { LAYOUT_VERSION } from '../layout.ts';
import { quoted } from '../model/quoted.ts';

/** A tar deviates from Layout 1. */
export class LayerInvalid extends Error {
  override readonly name = 'LayerInvalid';
  readonly code = 'LAYER_INVALID';
  /** The entry's name as the tar has it, or the place where one was expected. */
  readonly entry: string;
  /** What is wrong with it, to be read after the entry's name. */
  readonly reason: string;

  constructor(entry: string, reason: string, options?: ErrorOptions) {
    super(`The entry ${quoted(entry)} breaks Layout ${LAYOUT_VERSION}: it ${reason}.`, options);
    this.entry = entry;
    this.reason = reason;
  }
}
