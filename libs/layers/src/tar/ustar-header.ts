import { BLOCK_BYTES } from './tar-block.ts';

/** 2000-01-01T00:00:00Z: zip files and wheels cannot hold 1970. */
const MTIME_SECONDS = 946_684_800;

export type EntryType = '0' | '5' | 'x';

/** Where a field of a POSIX ustar header stands, in bytes. */
export interface Field {
  readonly offset: number;
  readonly length: number;
}

/** The checksum last: it follows from the others. */
export const FIELDS = {
  name: { offset: 0, length: 100 },
  mode: { offset: 100, length: 8 },
  uid: { offset: 108, length: 8 },
  gid: { offset: 116, length: 8 },
  size: { offset: 124, length: 12 },
  mtime: { offset: 136, length: 12 },
  type: { offset: 156, length: 1 },
  linkname: { offset: 157, length: 100 },
  magic: { offset: 257, length: 6 },
  version: { offset: 263, length: 2 },
  uname: { offset: 265, length: 32 },
  gname: { offset: 297, length: 32 },
  devmajor: { offset: 329, length: 8 },
  devminor: { offset: 337, length: 8 },
  prefix: { offset: 345, length: 155 },
  rest: { offset: 500, length: 12 },
  checksum: { offset: 148, length: 8 },
} as const satisfies Record<string, Field>;

export interface UstarHeader {
  /** At most 100 printable ASCII characters. */
  readonly name: string;
  /** Below 8 GiB. */
  readonly sizeBytes: number;
  readonly type: EntryType;
  readonly mode: number;
}

/** What all headers have in common. */
const TEMPLATE = Buffer.alloc(BLOCK_BYTES);
for (const field of [FIELDS.uid, FIELDS.gid, FIELDS.devmajor, FIELDS.devminor])
  writeOctal(TEMPLATE, field, 0);
writeOctal(TEMPLATE, FIELDS.mtime, MTIME_SECONDS);
write(TEMPLATE, FIELDS.magic, 'ustar\0');
write(TEMPLATE, FIELDS.version, '00');

/** One block, Layout 1, rule 3. */
export function encodeUstarHeader({ name, sizeBytes, type, mode }: UstarHeader): Buffer {
  const block = Buffer.from(TEMPLATE);
  write(block, FIELDS.name, name);
  writeOctal(block, FIELDS.mode, mode);
  writeOctal(block, FIELDS.size, sizeBytes);
  write(block, FIELDS.type, type);
  write(block, FIELDS.checksum, `${octal(checksumOf(block), 6)}\0 `);
  return block;
}

/** POSIX: the sum of the block's bytes, those of the checksum field (still zero here) taken as spaces. */
function checksumOf(block: Buffer): number {
  let sum = FIELDS.checksum.length * 0x20;
  // Five times as fast as an iterator, and most of the time that a small file takes.
  for (let index = 0; index < block.length; index++) sum += block[index] ?? 0;
  return sum;
}

function writeOctal(block: Buffer, field: Field, value: number): void {
  write(block, field, octal(value, field.length - 1));
}

function write(block: Buffer, { offset, length }: Field, text: string): void {
  block.write(text, offset, length, 'latin1');
}

function octal(value: number, digits: number): string {
  return value.toString(8).padStart(digits, '0');
}
