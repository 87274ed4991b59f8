/** For tests: an entry as a hostile or a foreign writer may write it. */
export interface RawEntry {
  readonly name?: string | Buffer;
  readonly prefix?: string;
  readonly type?: string;
  readonly content?: string | Buffer;
  /** The field as it is to stand there; else the length of the content. */
  readonly size?: Buffer;
  readonly link?: string;
  readonly magic?: string;
}

export const END = Buffer.alloc(1024);
export const POSIX = 'ustar\x0000';
export const GNU = 'ustar  \0';

/** A tar without its end. */
export function rawEntries(...entries: readonly RawEntry[]): Buffer {
  return Buffer.concat(entries.map(rawEntry));
}

export function rawTar(...entries: readonly RawEntry[]): Buffer {
  return Buffer.concat([rawEntries(...entries), END]);
}

/** A record of a pax header. */
export function paxRecord(keyword: string, value: string): string {
  const body = ` ${keyword}=${value}\n`;
  const bytes = Buffer.byteLength(body);
  const guess = bytes + String(bytes).length;
  return `${bytes + String(guess).length}${body}`;
}

function rawEntry({
  name = 'a.bin',
  prefix = '',
  type = '0',
  content = '',
  size,
  link = '',
  magic = POSIX,
}: RawEntry): Buffer {
  const bytes = Buffer.from(content);
  const header = Buffer.alloc(512);
  Buffer.from(name).copy(header, 0, 0, 100);
  header.write('0000644\x000000000\x000000000\0', 100, 'latin1');
  (size ?? Buffer.from(`${bytes.length.toString(8).padStart(11, '0')}\0`)).copy(header, 124);
  header.write('00000000000\0        ', 136, 'latin1');
  header.write(type, 156, 'latin1');
  header.write(link, 157, 'latin1');
  header.write(magic, 257, 'latin1');
  header.write(prefix, 345, 'latin1');
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return Buffer.concat([header, bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)]);
}
