import { LayoutError } from './layout-error.ts';
import { quoted } from './quoted.ts';

const MOST_PATH_BYTES = 1024;
const MOST_PART_BYTES = 255;
const MOST_PARTS = 32;

/** Layout 1, rule 1. @throws LayoutError `PATH_INVALID` or `DEPTH` */
export function checkPath(path: string): void {
  // A character is at most three bytes for each UTF-16 unit: what is short need not be measured.
  if (path.length * 3 > MOST_PATH_BYTES && Buffer.byteLength(path) > MOST_PATH_BYTES)
    refuse(path, `is longer than ${MOST_PATH_BYTES} bytes`, 'Shorten it.');
  if (!path.isWellFormed()) refuse(path, 'is not valid Unicode', 'Rename it.');
  if (path.normalize('NFC') !== path)
    refuse(
      path,
      'is not in Unicode normal form C',
      `Rename it to ${quoted(path.normalize('NFC'))}.`,
    );
  if (/\p{Cc}/u.test(path)) refuse(path, 'contains a control character', 'Rename it.');
  if (path.includes('\\')) refuse(path, 'contains a backslash', 'Separate folders with "/".');
  if (path.startsWith('/')) refuse(path, 'is absolute', 'Give it relative to the model.');
  const parts = path.split('/');
  for (const part of parts) checkPart(path, part);
  if (parts.length > MOST_PARTS)
    throw new LayoutError(
      'DEPTH',
      `The path ${quoted(path)} is ${parts.length} names deep and ${MOST_PARTS} are possible. Move it up.`,
      path,
    );
}

function checkPart(path: string, part: string): void {
  if (part === '') refuse(path, 'has an empty part', 'Write a single "/" between names only.');
  if (part === '.' || part === '..')
    refuse(path, `has the part "${part}"`, 'Give it relative to the model.');
  if (part.startsWith('.wh.'))
    refuse(
      path,
      'has a name that begins with ".wh.", which deletes files in an image',
      'Rename it.',
    );
  if (part.length * 3 > MOST_PART_BYTES && Buffer.byteLength(part) > MOST_PART_BYTES)
    refuse(path, `has a name of more than ${MOST_PART_BYTES} bytes`, 'Shorten it.');
}

function refuse(path: string, fault: string, remedy: string): never {
  throw new LayoutError('PATH_INVALID', `The path ${quoted(path)} ${fault}. ${remedy}`, path);
}
