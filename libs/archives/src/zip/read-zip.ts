import { Turns } from '@floe/layers';

import { invalid } from '../archive-refused.ts';
import type { Contents } from '../contents/contents.ts';
import { IncomingBytes } from '../incoming-bytes.ts';
import { readLocalHeader } from './local-header.ts';
import { SpooledBytes } from './spooled-bytes.ts';
import { checked, inflated } from './unpacked-entry.ts';
import { readZipDirectory } from './zip-directory.ts';
import { readZipEnd } from './zip-end.ts';
import type { ZipEntry } from './zip-entry.ts';

const STORED = 0;

/**
 * Spools a whole zip and reads it by its central directory, in the order of its bytes. Content stays where it is: what is
 * deflated is inflated once to check it, and once more when it is read. Zips and tars in it are files.
 * @throws ArchiveRefused, StoreFull
 */
export async function readZip(body: IncomingBytes, contents: Contents): Promise<void> {
  const bytes = await spooledZip(body, contents);
  const directory = await readZipEnd(bytes);
  const entries = await readZipDirectory(bytes, directory, contents);
  const content = new IncomingBytes(bytes.stream(0, directory.start));
  let [packed, unpacked] = [0, 0];
  const turns = new Turns();
  for (const entry of inOrder(entries)) {
    await turns.pause();
    contents.resume(entry.name);
    packed += entry.packedBytes;
    unpacked += entry.sizeBytes;
    contents.checkRatio(packed, unpacked);
    await readLocalHeader(content, entry);
    if (content.offset + entry.packedBytes > directory.start)
      throw invalid(entry.name, 'reaches into the directory');
    await addEntry(content, entry, contents);
  }
}

async function spooledZip(body: IncomingBytes, contents: Contents): Promise<SpooledBytes> {
  const { spool } = contents;
  for await (const chunk of contents.allOf(body.rest())) await spool.append(chunk);
  await spool.settle();
  return new SpooledBytes(spool, spool.sizeBytes);
}

/** By their bytes. A typed array is sorted many times as fast as an array: the event loop waits for it. */
function* inOrder(entries: readonly ZipEntry[]): Generator<ZipEntry, void, undefined> {
  const byOffset = new Map(entries.map((entry) => [entry.offset, entry]));
  const twofold = entries.find((entry) => byOffset.get(entry.offset) !== entry);
  if (twofold) throw invalid(twofold.name, 'overlaps with another entry');
  for (const offset of Float64Array.from(byOffset.keys()).toSorted()) {
    const entry = byOffset.get(offset);
    if (entry) yield entry;
  }
}

async function addEntry(bytes: IncomingBytes, entry: ZipEntry, contents: Contents): Promise<void> {
  const { name, method, packedBytes, sizeBytes, isDirectory } = entry;
  const packed = bytes.pieces(packedBytes);
  if (isDirectory) {
    contents.addDirectory(name);
  } else if (method === STORED) {
    contents.addRange(name, { offset: bytes.offset, sizeBytes });
    for await (const chunk of checked(entry, packed)) void chunk;
  } else {
    const range = { offset: bytes.offset, sizeBytes: packedBytes };
    const again = (): AsyncIterable<Uint8Array> => inflated(entry, contents.spool.read(range));
    await contents.addPacked(name, checked(entry, inflated(entry, packed)), sizeBytes, again);
  }
}
