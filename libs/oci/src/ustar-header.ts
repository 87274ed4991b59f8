export const BLOCK_BYTES = 512;

/** 2000-01-01: zip archives and wheels cannot hold 1970. */
const MTIME_S = 946_684_800;
const CHECKSUM_AT = 148;

interface Entry {
  /** Printable ASCII of at most 100 bytes; a directory's ends with `/`. */
  readonly name: string;
  readonly type: 'file' | 'directory';
  readonly sizeBytes: number;
}

/** A POSIX ustar header by the rules of Layout 1: nobody's, of no special time, the same on every machine. */
export function ustarHeader({ name, type, sizeBytes }: Entry): Buffer {
  const block = Buffer.alloc(BLOCK_BYTES);
  block.write(name, 0, 100, 'latin1');
  block.write(type === 'directory' ? '0000755' : '0000644', 100, 'latin1');
  block.write('0000000', 108, 'latin1');
  block.write('0000000', 116, 'latin1');
  block.write(octal(sizeBytes), 124, 'latin1');
  block.write(octal(MTIME_S), 136, 'latin1');
  block.write(type === 'directory' ? '5' : '0', 156, 'latin1');
  block.write('ustar\x0000', 257, 'latin1');
  block.write('0000000', 329, 'latin1');
  block.write('0000000', 337, 'latin1');
  block.write(`${checksumOf(block).toString(8).padStart(6, '0')}\0 `, CHECKSUM_AT, 'latin1');
  return block;
}

function octal(value: number): string {
  return value.toString(8).padStart(11, '0');
}

/** The sum of all bytes, those of the checksum itself counted as spaces. */
function checksumOf(block: Uint8Array): number {
  return block.reduce((sum, byte) => sum + byte, 8 * 0x20);
}
