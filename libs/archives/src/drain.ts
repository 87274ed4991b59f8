import type { ArchiveLimits } from './archive-limits.ts';
import { ArchiveRefused } from './archive-refused.ts';
import type { IncomingBytes } from './incoming-bytes.ts';

/** What follows the end of an archive is read, so that a body that was cut is noticed, and not kept. */
export async function drain(bytes: IncomingBytes, { maxBytes }: ArchiveLimits): Promise<void> {
  const end = bytes.offset;
  while (await bytes.some(Infinity)) {
    if (bytes.offset - end <= maxBytes) continue;
    throw new ArchiveRefused({
      code: 'ARCHIVE_LIMIT',
      reason: `is followed by more than the limit of ${maxBytes} bytes`,
      hint: 'Send the archive without what follows it.',
      limit: 'maxBytes',
    });
  }
}
