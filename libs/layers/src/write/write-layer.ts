import type { Item } from '../model/item.ts';
import type { LayerPlan } from '../plan/lay-out.ts';
import { itemHead } from '../tar/entries.ts';
import { encodeEntryHead } from '../tar/entry-head.ts';
import { looksExecutable, MAGIC_BYTES } from '../tar/looks-executable.ts';
import { paddingAfter } from '../tar/tar-block.ts';
import { coalesced } from './coalesced.ts';
import { FileChanged } from './file-changed.ts';
import { framing } from './framing.ts';

/** The content of a file of the model from its first byte on. Its chunks must not be written to again. */
export type OpenFile = (item: Item) => AsyncIterable<Uint8Array>;

/**
 * The layer's tar, `plan.sizeBytes` long. Files are opened one after the other, in order, each once; directories never.
 * Layout 1, rules 2 and 3.
 * @throws FileChanged
 */
export function writeLayer(plan: LayerPlan, open: OpenFile): AsyncIterable<Uint8Array> {
  return coalesced(pieces(plan, open));
}

async function* pieces(plan: LayerPlan, open: OpenFile): AsyncGenerator<Uint8Array, void, void> {
  for await (const piece of framing(plan))
    if (piece instanceof Uint8Array) yield piece;
    else yield* fileEntry(piece, open(piece));
}

async function* fileEntry(
  item: Item,
  content: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, void> {
  let begun = false;
  for await (const chunk of withWholeMagic(exactly(item, content))) {
    if (!begun) yield encodeEntryHead(itemHead(item), looksExecutable(chunk));
    begun = true;
    yield chunk;
  }
  if (!begun) yield encodeEntryHead(itemHead(item), false);
  yield Buffer.alloc(paddingAfter(item.sizeBytes));
}

async function* exactly(
  { path, sizeBytes }: Item,
  content: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, void> {
  let left = sizeBytes;
  for await (const chunk of content) {
    left -= chunk.length;
    if (left < 0) throw new FileChanged(path, sizeBytes);
    yield chunk;
  }
  if (left > 0) throw new FileChanged(path, sizeBytes);
}

/** The same bytes, the first chunk long enough to decide the file's mode, unless the file is shorter. */
async function* withWholeMagic(
  content: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, void> {
  let start: Uint8Array | undefined = new Uint8Array();
  for await (const chunk of content) {
    if (!start) {
      yield chunk;
      continue;
    }
    start = start.length === 0 ? chunk : Buffer.concat([start, chunk]);
    if (start.length < MAGIC_BYTES) continue;
    yield start;
    start = undefined;
  }
  if (start) yield start;
}
