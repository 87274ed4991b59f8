import { createHash } from 'node:crypto';

export interface ArbitraryBlob {
  readonly bytes: Buffer;
  readonly digest: string;
}

/** The same bytes for the same arguments, different ones for another seed. */
export function arbitraryBlob(sizeBytes: number, seed = 0): ArbitraryBlob {
  const bytes = Buffer.allocUnsafe(sizeBytes);
  for (let at = 0, state = seed + 1; at < sizeBytes; at += 1) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    bytes[at] = state >>> 24;
  }
  return { bytes, digest: digestOf(bytes) };
}

export function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

/** The bytes in chunks of these sizes, taken in turn. */
export async function* chunked(
  bytes: Uint8Array,
  ...sizes: readonly [number, ...number[]]
): AsyncGenerator<Uint8Array, void, undefined> {
  for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
    const size = sizes[turn % sizes.length] ?? sizes[0];
    yield bytes.subarray(at, at + size);
    at += size;
  }
}
