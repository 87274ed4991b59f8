import type { ByteRange } from '@floe/storage';

/** The `Content-Range` of a chunk: `a-b`, both inclusive, without a unit (distribution-spec 1.1, "Pushing a blob in chunks"). */
export function parseChunkRange(header: string): ByteRange | undefined {
  const [, first, last] = /^(\d{1,15})-(\d{1,15})$/.exec(header) ?? [];
  const range = { start: Number(first), end: Number(last) + 1 };
  return first !== undefined && range.start < range.end ? range : undefined;
}
