import { BLOCK_BYTES, isTarHeader } from './tar/tar-header.ts';

export type ArchiveKind = 'tar' | 'gzip' | 'zstd' | 'zip';

/** As many first bytes as `archiveKind` needs to decide. */
export const KIND_BYTES = BLOCK_BYTES;

const MAGICS: readonly (readonly [ArchiveKind, Buffer])[] = [
  ['gzip', Buffer.of(0x1f, 0x8b, 0x08)],
  ['zstd', Buffer.of(0x28, 0xb5, 0x2f, 0xfd)],
  ['zip', Buffer.from('PK\x03\x04')],
  ['zip', Buffer.from('PK\x05\x06')],
];

/** What kind of archive begins with these bytes; `undefined` for anything else. */
export function archiveKind(start: Buffer): ArchiveKind | undefined {
  const byMagic = MAGICS.find(([, magic]) => magic.equals(start.subarray(0, magic.length)));
  if (byMagic) return byMagic[0];
  return isTarHeader(start) ? 'tar' : undefined;
}
