import { invalid } from '../archive-refused.ts';
import { decodeName } from '../tar/decode-name.ts';
import { IN_ZIP64, zip64Numbers } from './zip-fields.ts';

/** An entry as the central directory has it. */
export interface ZipEntry {
  readonly name: string;
  readonly flags: number;
  readonly method: number;
  readonly crc: number;
  readonly packedBytes: number;
  readonly sizeBytes: number;
  /** Of its local header. */
  readonly offset: number;
  readonly isDirectory: boolean;
}

const UNIX = 3;
const MAC = 19;
const TYPE_MASK = 0o170000;
const UNIX_DIRECTORY = 0o040000;
const UNIX_FILE = 0o100000;
/** Strong and central encryption, and of the entry itself. */
const ENCRYPTED = 0x2041;
const METHODS = new Set([0, 8]);

const LINK_HINT = 'Put the file itself into the zip, in the place of the link.';

/** `fixed` is the header without its name and what follows it. @throws ArchiveRefused */
export function decodeZipEntry(fixed: Buffer, rawName: Buffer, extra: Buffer): ZipEntry {
  const name = decodeName(rawName);
  const sizes = zip64Sizes(name, fixed, extra);
  const flags = fixed.readUInt16LE(8);
  const method = fixed.readUInt16LE(10);
  const isDirectory = name.endsWith('/');
  if (name.includes('\0')) throw invalid(name, 'has a NUL in its name');
  if (flags & ENCRYPTED) throw invalid(name, 'is encrypted', 'Make the zip without a password.');
  if (!METHODS.has(method))
    throw invalid(name, `is packed by the method ${method}`, 'Make the zip with deflate.');
  checkType(name, fixed, isDirectory);
  if (isDirectory && sizes.sizeBytes > 0) throw invalid(name, 'is a directory with content');
  return { name, flags, method, crc: fixed.readUInt32LE(16), ...sizes, isDirectory };
}

function zip64Sizes(
  name: string,
  fixed: Buffer,
  extra: Buffer,
): Pick<ZipEntry, 'packedBytes' | 'sizeBytes' | 'offset'> {
  const numbers = zip64Numbers(extra)?.values();
  const numberOf = (at: number): number => {
    const short = fixed.readUInt32LE(at);
    const number = short === IN_ZIP64 ? numbers?.next().value : short;
    if (number !== undefined && Number.isSafeInteger(number)) return number;
    throw invalid(name, 'has sizes that are no numbers of bytes');
  };
  if (!numbers) throw invalid(name, 'has a broken extra field');
  const sizeBytes = numberOf(24);
  return { sizeBytes, packedBytes: numberOf(20), offset: numberOf(42) };
}

/** Systems that have them write the type of the file into the upper half of the attributes. */
function checkType(name: string, fixed: Buffer, isDirectory: boolean): void {
  const system = fixed.readUInt8(5);
  const type = fixed.readUInt16LE(40) & TYPE_MASK;
  if ((system !== UNIX && system !== MAC) || type === 0) return;
  if (type === (isDirectory ? UNIX_DIRECTORY : UNIX_FILE)) return;
  if (type === 0o120000) throw invalid(name, 'is a symbolic link', LINK_HINT);
  throw invalid(name, 'is neither a file nor a directory', 'Leave it out of the zip.');
}
