const CHUNK_BYTES = 1024 * 1024;

/**
 * The same bytes in chunks of 1 MiB, copied: each chunk goes through half a dozen hands on its way to the disk, which
 * cost more for the many small ones of a connection. One that came is not read any more when the next is asked for.
 */
export async function* inLargeChunks(
  bytes: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, void> {
  let large = Buffer.allocUnsafeSlow(CHUNK_BYTES);
  let filled = 0;
  for await (const chunk of bytes) {
    for (let at = 0; at < chunk.length;) {
      const some = chunk.subarray(at, at + large.length - filled);
      large.set(some, filled);
      at += some.length;
      filled += some.length;
      if (filled < large.length) continue;
      yield large;
      large = Buffer.allocUnsafeSlow(CHUNK_BYTES);
      filled = 0;
    }
  }
  if (filled > 0) yield large.subarray(0, filled);
}
