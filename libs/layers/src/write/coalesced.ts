const CHUNK_BYTES = 64 * 1024;
/** What is longer is passed on as it is: copying it would cost more than a further chunk. */
const MOST_COPIED_BYTES = 16 * 1024;

/** The same bytes in fewer chunks: short ones are gathered. Nothing that it gave is written to again. */
export async function* coalesced(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let buffer = Buffer.allocUnsafeSlow(CHUNK_BYTES);
  // What stands between the two is not given yet; what stands before is never written to again.
  let [begun, filled] = [0, 0];
  for await (const chunk of source) {
    const fits = filled + chunk.length <= CHUNK_BYTES;
    if (filled > begun && (chunk.length > MOST_COPIED_BYTES || !fits)) {
      yield buffer.subarray(begun, filled);
      begun = filled;
    }
    if (chunk.length > MOST_COPIED_BYTES) {
      yield chunk;
      continue;
    }
    if (!fits) {
      buffer = Buffer.allocUnsafeSlow(CHUNK_BYTES);
      [begun, filled] = [0, 0];
    }
    buffer.set(chunk, filled);
    filled += chunk.length;
  }
  if (filled > begun) yield buffer.subarray(begun, filled);
}
