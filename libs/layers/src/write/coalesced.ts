const CHUNK_BYTES = 64 * 1024;
/** What is longer is passed on as it is: copying it would cost more than a further chunk. */
const MOST_COPIED_BYTES = 16 * 1024;

/** The same bytes in fewer chunks: short ones are gathered. Nothing that it gave is written to again. */
export async function* coalesced(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let buffer = Buffer.allocUnsafeSlow(CHUNK_BYTES);
  let filled = 0;
  for await (const chunk of source) {
    if (filled > 0 && (chunk.length > MOST_COPIED_BYTES || filled + chunk.length > CHUNK_BYTES)) {
      yield buffer.subarray(0, filled);
      buffer = Buffer.allocUnsafeSlow(CHUNK_BYTES);
      filled = 0;
    }
    if (chunk.length > MOST_COPIED_BYTES) {
      yield chunk;
    } else {
      buffer.set(chunk, filled);
      filled += chunk.length;
    }
  }
  if (filled > 0) yield buffer.subarray(0, filled);
}
