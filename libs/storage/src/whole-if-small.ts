import { abortable } from './abortable.ts';
import { spend } from './spent.ts';

/**
 * All bytes of a source that has at most `mostBytes`; else what it gives, from its beginning, to be read once. Chunks
 * belong to this function from then on. Throws what the source throws, and the signal's reason at once.
 */
export async function wholeIfSmall(
  source: AsyncIterable<Uint8Array>,
  mostBytes: number,
  signal: AbortSignal,
): Promise<Uint8Array | AsyncGenerator<Uint8Array, void, undefined>> {
  const chunks = abortable(source, signal);
  const held: Uint8Array[] = [];
  let bytes = 0;
  for (;;) {
    const next = await chunks.next();
    if (next.done) break;
    held.push(next.value);
    bytes += next.value.byteLength;
    if (bytes > mostBytes) return following(held, chunks);
  }
  const whole = Buffer.concat(held);
  for (const chunk of held) spend(chunk);
  return whole;
}

async function* following(
  held: readonly Uint8Array[],
  rest: AsyncGenerator<Uint8Array, void, undefined>,
): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    yield* held;
    yield* rest;
  } finally {
    await rest.return();
  }
}
