import { S3Failure } from './s3-failure.ts';

const SUM = 'x-amz-checksum-crc32';
/** What S3 says of bytes that are others than their sum says. */
const CHANGED = new Set(['BadDigest', 'XAmzContentChecksumMismatch']);

/** S3 compares each part with its CRC-32 before it takes it; a store that does not know of it takes no notice. */
export const SUMMED = { 'x-amz-checksum-algorithm': 'CRC32' };

export function sumHeader(crc32: number): Readonly<Record<string, string>> {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(crc32);
  return { [SUM]: bytes.toString('base64') };
}

/** In base64; `undefined` where the store did not compare it. */
export function sumOf({ headers }: Response): string | undefined {
  return headers.get(SUM) ?? undefined;
}

/** Whether something changed the bytes of a part on their way. */
export function isChanged(error: unknown): boolean {
  return error instanceof S3Failure && CHANGED.has(error.code);
}
