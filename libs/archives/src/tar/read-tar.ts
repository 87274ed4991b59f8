import { Turns } from '@floe/layers';

import { invalid } from '../archive-refused.ts';
import type { Contents } from '../contents/contents.ts';
import type { IncomingBytes } from '../incoming-bytes.ts';
import { refusalOf } from './refused-types.ts';
import { TarEntries, type TarEntry } from './tar-entry.ts';
import { BLOCK_BYTES } from './tar-header.ts';

/**
 * Reads a tar up to its end, a block of zeros; what follows is not part of it, as for GNU tar. An archive without that
 * end is refused: nobody could tell whether files are missing.
 * @throws ArchiveRefused, StoreFull
 */
export async function readTar(bytes: IncomingBytes, contents: Contents): Promise<void> {
  const entries = new TarEntries(bytes);
  const turns = new Turns();
  for (let entry = await entries.next(); entry; entry = await entries.next()) {
    await turns.pause();
    contents.begin(entry.name);
    const refusal = refusalOf(entry);
    if (refusal) throw refusal;
    if (isDirectory(entry)) {
      contents.addDirectory(entry.name);
      continue;
    }
    await contents.addFile(entry.name, contentOf(entry, bytes), entry.sizeBytes);
    await skipPadding(entry, bytes);
  }
}

/** Before ustar a directory was a file whose name ends with a slash. */
function isDirectory({ type, name }: TarEntry): boolean {
  return type === '5' || name.endsWith('/');
}

async function* contentOf(
  { name, sizeBytes }: TarEntry,
  bytes: IncomingBytes,
): AsyncGenerator<Uint8Array, void, undefined> {
  const end = bytes.offset + sizeBytes;
  yield* bytes.pieces(sizeBytes);
  if (bytes.offset < end)
    throw invalid(name, `is cut off ${end - bytes.offset} bytes before its end`);
}

async function skipPadding({ name, sizeBytes }: TarEntry, bytes: IncomingBytes): Promise<void> {
  const over = sizeBytes % BLOCK_BYTES;
  if (over > 0 && !(await bytes.skip(BLOCK_BYTES - over)))
    throw invalid(name, 'is cut off in its padding');
}
