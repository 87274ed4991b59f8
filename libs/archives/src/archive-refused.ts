import { type LayoutError, quoted } from '@floe/layers';

import type { ArchiveLimits } from './archive-limits.ts';

export type ArchiveRefusalCode =
  | 'ARCHIVE_INVALID'
  | 'ARCHIVE_LIMIT'
  | 'PATH_INVALID'
  | 'PATH_TWICE';

interface Refusal {
  readonly code: ArchiveRefusalCode;
  /** The entry's name as the archive has it; absent when the fault is the archive's as a whole. */
  readonly entry?: string | undefined;
  /** What is wrong, to be read after the name. */
  readonly reason: string;
  /** What the uploader can do. */
  readonly hint: string;
  /** Of `ARCHIVE_LIMIT`. */
  readonly limit?: keyof ArchiveLimits;
  readonly cause?: unknown;
}

/** An archive that is damaged, is too large, or holds what a model must not have. Nothing of it may be kept. */
export class ArchiveRefused extends Error {
  override readonly name = 'ArchiveRefused';
  readonly code: ArchiveRefusalCode;
  readonly entry: string | undefined;
  readonly reason: string;
  readonly hint: string;
  readonly limit: keyof ArchiveLimits | undefined;

  constructor({ code, entry, reason, hint, limit, cause }: Refusal) {
    const subject = entry === undefined ? 'The archive' : `The entry ${quoted(entry)}`;
    super(`${subject} ${reason}.`, { cause });
    this.code = code;
    this.entry = entry;
    this.reason = reason;
    this.hint = hint;
    this.limit = limit;
  }
}

const SEND_AGAIN = 'Make the archive again and send it whole; nothing was kept.';

/** The bytes are not those that a writer of archives writes. */
export function invalid(
  entry: string | undefined,
  reason: string,
  hint = SEND_AGAIN,
): ArchiveRefused {
  return new ArchiveRefused({ code: 'ARCHIVE_INVALID', entry, reason, hint });
}

/** The name of an entry can stand in no model. */
export function pathInvalid(entry: string, cause: LayoutError): ArchiveRefused {
  return new ArchiveRefused({
    code: 'PATH_INVALID',
    entry,
    reason: `cannot be a file of a model. ${cause.message.replace(/\.$/, '')}`,
    hint: 'Give the file another name in the archive; nothing was kept.',
    cause,
  });
}

export function pathTwice(entry: string, reason: string): ArchiveRefused {
  return new ArchiveRefused({
    code: 'PATH_TWICE',
    entry,
    reason,
    hint: 'Keep one of them, or rename it; nothing was kept.',
  });
}
