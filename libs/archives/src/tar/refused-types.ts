import { ArchiveRefused, invalid } from '../archive-refused.ts';
import type { TarEntry } from './tar-entry.ts';

const FOLLOW = 'Archive what it points to instead: tar takes --dereference --hard-dereference.';
const LEAVE_OUT = 'Leave it out of the archive.';
const PLAIN = 'Make a plain tar of files and directories.';

/** By the type of the header: what a model cannot hold. */
const REFUSED: ReadonlyMap<string, readonly [reason: string, hint: string]> = new Map([
  ['1', ['is a hard link', FOLLOW]],
  ['2', ['is a symbolic link', FOLLOW]],
  ['3', ['is a character device', LEAVE_OUT]],
  ['4', ['is a block device', LEAVE_OUT]],
  ['6', ['is a FIFO', LEAVE_OUT]],
  ['D', ['is a directory of an incremental dump', PLAIN]],
  ['M', ['is the rest of a file from another volume', PLAIN]],
  ['V', ['is a volume label', PLAIN]],
]);

const FILES = new Set(['0', '7']);

/** `undefined` for a file or a directory that can be in a model. */
export function refusalOf({
  name,
  type,
  sizeBytes,
  isSparse,
}: TarEntry): ArchiveRefused | undefined {
  if (isSparse)
    return invalid(
      name,
      'is a sparse file',
      'Archive it whole: tar without --sparse, bsdtar with --no-read-sparse.',
    );
  const refused = REFUSED.get(type);
  if (refused) return invalid(name, ...refused);
  if (type !== '5' && !FILES.has(type))
    return invalid(name, `is of the unknown type ${JSON.stringify(type)}`, PLAIN);
  if (sizeBytes > 0 && (type === '5' || name.endsWith('/')))
    return invalid(name, 'is a directory with content');
  return undefined;
}
