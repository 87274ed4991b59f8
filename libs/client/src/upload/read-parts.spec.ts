import { crc32 } from 'node:zlib';

import { expect, it } from 'vitest';

import { readBuffers } from '../walk/read-buffers.ts';
import { readParts, type ReadPart } from './read-parts.ts';

it.each([
  ['shorter than the parts', [1, 2, 3]],
  ['longer than the parts', [250, 1_000]],
  ['of their length', [100]],
])('cuts a stream in chunks %s into parts without a lost byte', async (_, lengths) => {
  const bytes = Buffer.from(Array.from({ length: 1_234 }, (__, index) => index % 251));
  const seen: Uint8Array[] = [];
  const parts: ReadPart[] = [];

  for await (const part of readParts(inChunks(bytes, lengths), {
    partSizeBytes: 100,
    keep: async (number) => number !== 3,
    onBytes: (chunk) => void seen.push(chunk),
  }))
    parts.push(part);

  expect(Buffer.concat(seen).equals(bytes)).toBe(true);
  expect(parts.map(({ number }) => number)).toEqual(Array.from({ length: 13 }, (__, at) => at + 1));
  for (const { number, sizeBytes, crc32: sum, chunks } of parts) {
    const part = bytes.subarray((number - 1) * 100, number * 100);
    expect(sizeBytes).toBe(part.length);
    expect(sum).toBe(crc32(part).toString(16).padStart(8, '0'));
    expect(Buffer.concat(chunks).equals(number === 3 ? Buffer.of() : part)).toBe(true);
  }
});

it('gives memory back only when nobody has a byte of it any more', async () => {
  const chunk = readBuffers.lend();
  const source = ReadableStream.from([chunk.fill(1, 0, 150).subarray(0, 150)]);
  const wanted = { partSizeBytes: 100, keep: async () => true, onBytes: () => {} };

  const parts: ReadPart[] = [];
  for await (const part of readParts(source, wanted)) parts.push(part);

  expect(readBuffers.lend().buffer).not.toBe(chunk.buffer);
  for (const bytes of parts.flatMap(({ chunks }) => chunks)) readBuffers.release(bytes);
  expect(readBuffers.lend().buffer).toBe(chunk.buffer);
});

async function* inChunks(bytes: Buffer, lengths: readonly number[]): AsyncGenerator<Uint8Array> {
  for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
    const length = lengths[turn % lengths.length] ?? 1;
    yield bytes.subarray(at, at + length);
    at += length;
  }
}
