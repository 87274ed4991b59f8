import { WrongSize } from './errors.ts';

/** Passes the chunks on and throws WrongSize as soon as their sum is above the announced size, or ends below it. */
export async function* exactly(
  chunks: AsyncIterable<Uint8Array>,
  sizeBytes: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.byteLength;
    if (bytes > sizeBytes) throw new WrongSize(`more than the announced ${sizeBytes} bytes came`);
    yield chunk;
  }
  if (bytes < sizeBytes) throw new WrongSize(`${bytes} of the announced ${sizeBytes} bytes came`);
}
