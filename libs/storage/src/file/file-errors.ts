import { StoreFull } from '../errors.ts';

/** EFBIG is the limit of a process or a file system, EDQUOT that of a user. */
const FULL = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

/** Names what a file system error means to a store; others stay what they are. */
export function named(error: unknown, doing: string): unknown {
  if (!FULL.has(codeOf(error) ?? '')) return error;
  return new StoreFull(`no room left while ${doing}`, { cause: error });
}

/** For `catch`: a missing file is `undefined`. */
export function ifMissing(error: unknown): undefined {
  if (codeOf(error) !== 'ENOENT') throw error;
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
}
