import { crc32, deflateRawSync } from 'node:zlib';

/** For tests: an entry as a hostile writer may write it; `central` replaces what only the directory says. */
export interface RawZipEntry {
  readonly name?: string;
  readonly content?: string | Buffer;
  readonly packed?: Buffer;
  readonly method?: number;
  readonly flags?: number;
  readonly crc?: number;
  readonly sizeBytes?: number;
  readonly packedBytes?: number;
  readonly offset?: number;
  /** Mode and type of Unix. */
  readonly mode?: number;
  readonly central?: Partial<RawZipEntry>;
}

export interface RawZipEnd {
  readonly entries?: number;
  readonly start?: number;
  readonly sizeBytes?: number;
  readonly disk?: number;
}

export function rawZip(entries: readonly RawZipEntry[], end: RawZipEnd = {}): Buffer {
  const locals: Buffer[] = [];
  const centrals: Buffer[] = [];
  let offset = 0;
  for (const entry of entries) {
    const local = Buffer.concat([header(entry, 0x04034b50, 30), packedOf(entry)]);
    centrals.push(header({ offset, ...entry, ...entry.central }, 0x02014b50, 46));
    locals.push(local);
    offset += local.length;
  }
  const directory = Buffer.concat(centrals);
  const record = Buffer.alloc(22);
  record.writeUInt32LE(0x06054b50);
  record.writeUInt16LE(end.disk ?? 0, 4);
  record.writeUInt16LE(end.entries ?? entries.length, 8);
  record.writeUInt16LE(end.entries ?? entries.length, 10);
  record.writeUInt32LE(end.sizeBytes ?? directory.length, 12);
  record.writeUInt32LE(end.start ?? offset, 16);
  return Buffer.concat([...locals, directory, record]);
}

function header(entry: RawZipEntry, signature: number, length: number): Buffer {
  const { name = 'a.bin', flags = 0, method = 8, mode = 0, offset = 0 } = entry;
  const content = Buffer.from(entry.content ?? '');
  const fixed = Buffer.alloc(length);
  // From the version on, the fields of both headers are the same; the directory's stand two bytes later.
  const at = length === 46 ? 2 : 0;
  fixed.writeUInt32LE(signature);
  fixed.writeUInt16LE(flags, 6 + at);
  fixed.writeUInt16LE(method, 8 + at);
  fixed.writeUInt32LE(entry.crc ?? crc32(content), 14 + at);
  fixed.writeUInt32LE(entry.packedBytes ?? packedOf(entry).length, 18 + at);
  fixed.writeUInt32LE(entry.sizeBytes ?? content.length, 22 + at);
  fixed.writeUInt16LE(Buffer.byteLength(name), 26 + at);
  if (length === 46) {
    fixed.writeUInt8(3, 5);
    fixed.writeUInt32LE(mode * 0x10000, 38);
    fixed.writeUInt32LE(offset, 42);
  }
  return Buffer.concat([fixed, Buffer.from(name)]);
}

function packedOf({ content = '', packed, method = 8 }: RawZipEntry): Buffer {
  return packed ?? (method === 0 ? Buffer.from(content) : deflateRawSync(content));
}
