import { archiveKind, KIND_BYTES } from '../archive-kind.ts';
import { type ArchiveRefused, invalid } from '../archive-refused.ts';
import type { Contents } from '../contents/contents.ts';
import { drain } from '../drain.ts';
import { IncomingBytes } from '../incoming-bytes.ts';
import { readTar } from '../tar/read-tar.ts';
import { type Compression, decompressed } from './decompressed.ts';

/** Reads a tar out of one layer of compression; there are no others. @throws ArchiveRefused, StoreFull */
export async function readCompressed(
  bytes: IncomingBytes,
  contents: Contents,
  compression: Compression,
): Promise<void> {
  const inner = new IncomingBytes(withinRatio(bytes, contents, compression));
  try {
    if (archiveKind(await inner.peek(KIND_BYTES)) !== 'tar') throw noTar(compression);
    await readTar(inner, contents);
    await drain(inner, contents.limits);
  } finally {
    await inner.close();
  }
}

function noTar(compression: Compression): ArchiveRefused {
  return invalid(
    undefined,
    `is ${compression} of something that is no tar`,
    'Send one file as it is, with ?filename=<name>, or several as a tar.',
  );
}

async function* withinRatio(
  bytes: IncomingBytes,
  contents: Contents,
  compression: Compression,
): AsyncGenerator<Uint8Array, void, undefined> {
  let inflatedBytes = 0;
  for await (const chunk of decompressed(bytes, compression)) {
    inflatedBytes += chunk.length;
    contents.checkRatio(bytes.offset, inflatedBytes);
    yield chunk;
  }
}
