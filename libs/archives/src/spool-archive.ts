import { archiveKind, KIND_BYTES } from './archive-kind.ts';
import { invalid } from './archive-refused.ts';
import { readCompressed } from './compressed/read-compressed.ts';
import type { Aside } from './contents/aside.ts';
import type { Contents } from './contents/contents.ts';
import type { Listing } from './contents/listing.ts';
import type { IncomingBytes } from './incoming-bytes.ts';
import type { SpooledModel } from './spooled-model.ts';
import { spooled, type SpoolPlace } from './spooled.ts';
import { readTar } from './tar/read-tar.ts';
import { readZip } from './zip/read-zip.ts';

/**
 * Reads a whole archive, told by its first bytes; its files are kept in a spool, or aside, and their names in memory,
 * which `listing` hears of. Nothing is created under a name from the archive.
 * @throws ArchiveRefused, StoreFull, what `listing` throws
 */
export function spoolArchive(
  bytes: IncomingBytes,
  place: SpoolPlace,
  signal: AbortSignal,
  aside?: Aside,
  listing?: Listing,
): Promise<SpooledModel> {
  return spooled(bytes, place, signal, readAny, aside, listing);
}

async function readAny(bytes: IncomingBytes, contents: Contents): Promise<void> {
  const kind = archiveKind(await bytes.peek(KIND_BYTES));
  switch (kind) {
    case 'tar':
      return readTar(bytes, contents);
    case 'gzip':
    case 'zstd':
      return readCompressed(bytes, contents, kind);
    case 'zip':
      return readZip(bytes, contents);
    case undefined:
      throw invalid(
        undefined,
        'is none: its first bytes are those of no tar, gzip, zstd or zip',
        'Send an archive, or one file with ?filename=.',
      );
  }
}
