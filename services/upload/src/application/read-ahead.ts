import type { ByteRange } from '@floe/storage';

const RANGE_BYTES = 8 * 1024 * 1024;

type Open = (range: ByteRange) => Promise<AsyncIterable<Uint8Array>>;

/** Reads a range piece by piece; the next one is asked for while the one before comes. */
export async function* readAhead(
  { start, end }: ByteRange,
  open: Open,
): AsyncGenerator<Uint8Array> {
  const opened = (from: number): Promise<AsyncIterable<Uint8Array>> | undefined => {
    if (from >= end) return undefined;
    const opening = open({ start: from, end: Math.min(from + RANGE_BYTES, end) });
    // Who comes to it hears of a failure.
    opening.catch(() => {});
    return opening;
  };
  let next = opened(start);
  for (let at = start; next !== undefined;) {
    const piece: AsyncIterable<Uint8Array> = await next;
    at += RANGE_BYTES;
    next = opened(at);
    yield* piece;
  }
}
