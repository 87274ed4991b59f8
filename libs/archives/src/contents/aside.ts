import type { Item } from '@floe/layers';

/** Another place than the spool, for files whose size is known before their first byte. */
export interface Aside {
  /** Whether it takes this file. */
  wants(item: Item): boolean;
  /** Reads the content to its end. What it throws, and what the content throws, is thrown; then nothing is left. */
  put(item: Item, content: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<void>;
  /** Of a file that was put there. */
  open(item: Item): AsyncIterable<Uint8Array>;
}
