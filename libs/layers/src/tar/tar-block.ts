/** The tar's unit: headers and contents are padded to it with zeros. */
export const BLOCK_BYTES = 512;

export const END_OF_ARCHIVE_BYTES = 2 * BLOCK_BYTES;

/** The zeros that follow `bytes` up to the next block. */
export function paddingAfter(bytes: number): number {
  const over = bytes % BLOCK_BYTES;
  return over === 0 ? 0 : BLOCK_BYTES - over;
}

const ZEROS = Buffer.alloc(BLOCK_BYTES);

/** For at most one block. */
export function isZero(bytes: Uint8Array): boolean {
  return ZEROS.subarray(0, bytes.length).equals(bytes);
}
