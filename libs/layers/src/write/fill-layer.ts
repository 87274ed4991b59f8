import { setImmediate } from 'node:timers/promises';

import type { Item } from '../model/item.ts';
import type { LayerPlan } from '../plan/lay-out.ts';
import { itemHead } from '../tar/entries.ts';
import { encodeEntryHead } from '../tar/entry-head.ts';
import { looksExecutable, MAGIC_BYTES } from '../tar/looks-executable.ts';
import { paddingAfter } from '../tar/tar-block.ts';
import { FileChanged } from './file-changed.ts';
import { Filling, type Lend } from './filling.ts';
import { framing } from './framing.ts';

/** The content of a file of the model, from its first byte on. */
export interface FileContent {
  /** Fills the memory from its beginning with bytes that come next; gives how many, none at the end of the file. */
  read(into: Uint8Array): number | Promise<number>;
  /** All bytes that were planned are read: throws when the file is not what it was. */
  end(): void | Promise<void>;
  close(): void | Promise<void>;
}

export type OpenContent = (item: Item) => FileContent | Promise<FileContent>;

/**
 * The same layer as by `writeLayer`, in full chunks of lent memory into which the files are read directly: for many
 * small files several times as fast. Files may be read without a wait, since others have their turn after each chunk.
 * @throws FileChanged
 */
export async function* fillLayer(
  plan: LayerPlan,
  open: OpenContent,
  lend: Lend,
): AsyncGenerator<Uint8Array, void, undefined> {
  const filling = new Filling(plan.sizeBytes, lend);
  for await (const piece of framing(plan)) {
    if (piece instanceof Uint8Array) filling.put(piece);
    else yield* fillEntry(piece, open, filling);
    for (const chunk of filling.takeFull()) {
      yield chunk;
      await setImmediate();
    }
  }
}

async function* fillEntry(
  item: Item,
  open: OpenContent,
  filling: Filling,
): AsyncGenerator<Uint8Array, void, undefined> {
  const content = await open(item);
  try {
    const start = new Uint8Array(Math.min(MAGIC_BYTES, item.sizeBytes));
    for (let read = 0; read < start.length;)
      read += await some(item, content, start.subarray(read));
    filling.put(encodeEntryHead(itemHead(item), looksExecutable(start)));
    filling.put(start);
    for (let left = item.sizeBytes - start.length; left > 0;) {
      const read = await some(item, content, filling.room(left));
      filling.took(read);
      left -= read;
      for (const chunk of filling.takeFull()) {
        yield chunk;
        await setImmediate();
      }
    }
    await content.end();
  } finally {
    await content.close();
  }
  filling.put(new Uint8Array(paddingAfter(item.sizeBytes)));
}

async function some(
  { path, sizeBytes }: Item,
  content: FileContent,
  into: Uint8Array,
): Promise<number> {
  const read = await content.read(into);
  if (read === 0) throw new FileChanged(path, sizeBytes);
  return read;
}
