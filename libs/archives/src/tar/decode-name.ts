import { ArchiveRefused } from '../archive-refused.ts';

const UTF_8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** @throws ArchiveRefused for what is not UTF-8: guessing another encoding would rename files. */
export function decodeName(bytes: Buffer): string {
  try {
    return UTF_8.decode(bytes);
  } catch (cause) {
    throw new ArchiveRefused({
      code: 'PATH_INVALID',
      entry: bytes.toString('latin1'),
      reason: 'has a name that is not UTF-8',
      hint: 'Make the archive where names are UTF-8; nothing was kept.',
      cause,
    });
  }
}
