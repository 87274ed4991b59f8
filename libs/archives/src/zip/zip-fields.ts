/** Signatures and lengths of PKWARE's APPNOTE 6.3.10, section 4.3; numbers are little-endian. */
export const LOCAL_HEADER = { signature: 0x04034b50, length: 30 };
export const CENTRAL_HEADER = { signature: 0x02014b50, length: 46 };
export const END = { signature: 0x06054b50, length: 22 };
export const ZIP64_END = { signature: 0x06064b50, length: 56 };
export const ZIP64_LOCATOR = { signature: 0x07064b50, length: 20 };

/** In the place of a number that stands in a zip64 field. */
export const IN_ZIP64 = 0xffff_ffff;
export const IN_ZIP64_SHORT = 0xffff;

const ZIP64_EXTRA = 0x0001;

/** The numbers of the zip64 extra field, in their order; none without one. `undefined` for a broken field. */
export function zip64Numbers(extra: Buffer): readonly number[] | undefined {
  for (let start = 0; start + 4 <= extra.length;) {
    const end = start + 4 + extra.readUInt16LE(start + 2);
    if (end > extra.length) return undefined;
    if (extra.readUInt16LE(start) === ZIP64_EXTRA) return numbersIn(extra.subarray(start + 4, end));
    start = end;
  }
  return [];
}

/** Above 2^53 it is an offset or a size of nothing: it fails every check. */
export function uint64(bytes: Buffer, offset: number): number {
  return Number(bytes.readBigUInt64LE(offset));
}

function numbersIn(field: Buffer): readonly number[] {
  const count = Math.floor(field.length / 8);
  return Array.from({ length: count }, (_, index) => uint64(field, index * 8));
}
