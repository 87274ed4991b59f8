import type { Item } from '../model/item.ts';
import type { LayerPlan } from '../plan/lay-out.ts';
import { inTurns } from '../steps/steps.ts';
import { itemHead, parentHeads } from '../tar/entries.ts';
import { encodeEntryHead } from '../tar/entry-head.ts';
import { END_OF_ARCHIVE_BYTES } from '../tar/tar-block.ts';

/** The layer in order: what is known of it without reading, and each file whose entry stands in between. */
export async function* framing({
  items,
}: LayerPlan): AsyncGenerator<Uint8Array | Item, void, undefined> {
  for (const parent of await inTurns(parentHeads(items))) yield encodeEntryHead(parent, false);
  for (const item of items) yield item.directory ? encodeEntryHead(itemHead(item), false) : item;
  yield Buffer.alloc(END_OF_ARCHIVE_BYTES);
}
