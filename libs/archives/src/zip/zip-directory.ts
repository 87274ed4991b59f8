import { Turns } from '@floe/layers';

import { invalid } from '../archive-refused.ts';
import type { Contents } from '../contents/contents.ts';
import { IncomingBytes } from '../incoming-bytes.ts';
import type { SpooledBytes } from './spooled-bytes.ts';
import type { ZipDirectory } from './zip-end.ts';
import { decodeZipEntry, type ZipEntry } from './zip-entry.ts';
import { CENTRAL_HEADER } from './zip-fields.ts';

/** The entries of a zip, within the limits. @throws ArchiveRefused */
export async function readZipDirectory(
  bytes: SpooledBytes,
  { entries, start, end }: ZipDirectory,
  contents: Contents,
): Promise<readonly ZipEntry[]> {
  if (entries * CENTRAL_HEADER.length > end - start)
    throw invalid(undefined, `has no room for the ${entries} entries that it claims`);
  const directory = new IncomingBytes(bytes.stream(start, end - start));
  const read: ZipEntry[] = [];
  const turns = new Turns();
  for (let index = 0; index < entries; index++) {
    await turns.pause();
    const entry = await readEntry(directory);
    contents.begin(entry.name);
    read.push(entry);
  }
  if (directory.offset !== end - start)
    throw invalid(
      undefined,
      `has more in its directory than the ${entries} entries that it claims`,
    );
  return read;
}

async function readEntry(directory: IncomingBytes): Promise<ZipEntry> {
  const header = await directory.exactly(CENTRAL_HEADER.length);
  if (header?.readUInt32LE(0) !== CENTRAL_HEADER.signature) throw broken();
  const name = await directory.exactly(header.readUInt16LE(28));
  const extra = await directory.exactly(header.readUInt16LE(30));
  const comment = await directory.exactly(header.readUInt16LE(32));
  if (!name || !extra || !comment || header.readUInt16LE(34) !== 0) throw broken();
  return decodeZipEntry(header, name, extra);
}

function broken(): Error {
  return invalid(undefined, 'has a broken directory');
}
