import type { ByteRange } from '@floe/storage';

const RANGE = /^bytes=(\d{0,15})-(\d{0,15})$/;

/**
 * The part that a `Range` header asks for, `undefined` for the whole: without a header, for other units, and for
 * several parts, which a server need not serve (RFC 9110, 14.2). Gives `unsatisfiable` for a part outside of the blob.
 */
export function parseRange(
  header: string | undefined,
  sizeBytes: number,
): ByteRange | 'unsatisfiable' | undefined {
  const [, first, last] = RANGE.exec(header ?? '') ?? [];
  if (first === undefined || last === undefined || (first === '' && last === '')) return undefined;
  const start = first === '' ? Math.max(0, sizeBytes - Number(last)) : Number(first);
  const end = first === '' || last === '' ? sizeBytes : Math.min(sizeBytes, Number(last) + 1);
  return start < end ? { start, end } : 'unsatisfiable';
}

/** The `Content-Range` of a chunk: `a-b`, both inclusive, without a unit (distribution-spec 1.1, "Pushing a blob in chunks"). */
export function parseChunkRange(header: string): ByteRange | undefined {
  const [, first, last] = /^(\d{1,15})-(\d{1,15})$/.exec(header) ?? [];
  const range = { start: Number(first), end: Number(last) + 1 };
  return first !== undefined && range.start < range.end ? range : undefined;
}
