import { describe, expect, it } from 'vitest';

import { inLargeChunks } from './in-large-chunks.ts';

const MEBIBYTE = 1024 * 1024;

describe('inLargeChunks', () => {
  it.each([
    { lengths: [], chunks: 0 },
    { lengths: [0, 1, 0], chunks: 1 },
    { lengths: [MEBIBYTE - 1, 1], chunks: 1 },
    { lengths: [MEBIBYTE, 1], chunks: 2 },
    { lengths: [65_536, 3 * MEBIBYTE + 5, 65_531, 7], chunks: 4 },
  ])('copies chunks of $lengths bytes into $chunks of 1 MiB', async ({ lengths, chunks }) => {
    const all = lengths.map((length, at) => Buffer.alloc(length, `${at}x`));

    const given: Uint8Array[] = [];
    for await (const chunk of inLargeChunks(takenAway(all))) given.push(chunk);

    expect(Buffer.concat(given).equals(Buffer.concat(all))).toBe(true);
    expect(given).toHaveLength(chunks);
    expect(given.slice(0, -1).every(({ length }) => length === MEBIBYTE)).toBe(true);
  });
});

/** Each chunk is there until the next one is asked for. */
async function* takenAway(all: readonly Buffer[]): AsyncGenerator<Uint8Array, void, void> {
  for (const bytes of all) {
    const chunk = new Uint8Array(bytes);
    yield chunk;
    chunk.buffer.transfer(0);
  }
}
