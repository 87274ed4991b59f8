import { Readable } from 'node:stream';

import type { ByteRange } from '../blob-store.ts';
import { BlobDamaged } from '../errors.ts';
import { own } from '../spent.ts';

/** Exactly these bytes of an answer; one that ends early or falls silent is an error, not an end. */
export function objectRange(answer: Response, { start, end }: ByteRange, what: string): Readable {
  const wanted = end - start;
  async function* bytes(): AsyncGenerator<Uint8Array, void, undefined> {
    let came = 0;
    for await (const chunk of answer.body ?? []) {
      came += chunk.byteLength;
      if (came > wanted) break;
      yield own(chunk);
    }
    if (came !== wanted) throw new BlobDamaged(`${came} of ${wanted} bytes of ${what} came`);
  }
  return Readable.from(bytes(), { objectMode: false });
}
