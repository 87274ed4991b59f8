import { numberIn } from './tar-number.ts';

export const BLOCK_BYTES = 512;

/** The fields of a header that matter to a model: POSIX ustar, GNU and the form before both. */
export interface TarHeader {
  /** May be cut in the middle of a character when a header before it has it whole. */
  readonly name: Buffer;
  /** `undefined` when the field holds no number of bytes. */
  readonly sizeBytes: number | undefined;
  /** One character; `0` for a file. */
  readonly type: string;
}

const NAME = [0, 100] as const;
const SIZE = [124, 136] as const;
const CHECKSUM = [148, 156] as const;
const TYPE = 156;
const MAGIC = [257, 263] as const;
const PREFIX = [345, 500] as const;
const POSIX_MAGIC = 'ustar\0';

/** Whether a block is a header; one of zeros is none. */
export function isTarHeader(block: Buffer): boolean {
  const stated = numberIn(block.subarray(...CHECKSUM));
  if (block.length < BLOCK_BYTES || !stated) return false;
  let [unsigned, signed] = [0, 0];
  for (let index = 0; index < BLOCK_BYTES; index++) {
    const byte = index >= CHECKSUM[0] && index < CHECKSUM[1] ? 0x20 : (block[index] ?? 0);
    unsigned += byte;
    signed += byte < 0x80 ? byte : byte - 0x100;
  }
  // Old writers summed signed characters.
  return stated === unsigned || stated === signed;
}

/** Of a block that is a header. */
export function decodeTarHeader(block: Buffer): TarHeader {
  const type = String.fromCharCode(block[TYPE] ?? 0);
  return {
    name: nameIn(block),
    sizeBytes: numberIn(block.subarray(...SIZE)),
    type: type === '\0' ? '0' : type,
  };
}

/** GNU tar has other things in the place of the prefix, and another magic. */
function nameIn(block: Buffer): Buffer {
  const name = untilNul(block.subarray(...NAME));
  const isPosix = block.toString('latin1', ...MAGIC) === POSIX_MAGIC;
  const prefix = isPosix ? untilNul(block.subarray(...PREFIX)) : block.subarray(0, 0);
  return prefix.length === 0 ? name : Buffer.concat([prefix, Buffer.from('/'), name]);
}

/** A text that fills its field has no NUL at its end. */
export function untilNul(field: Buffer): Buffer {
  const end = field.indexOf(0);
  return end === -1 ? field : field.subarray(0, end);
}
