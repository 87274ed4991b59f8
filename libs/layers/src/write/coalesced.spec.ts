import * as fc from 'fast-check';
import { expect, it } from 'vitest';

import { coalesced } from './coalesced.ts';

const chunks = fc.array(
  fc
    .record({
      length: fc.oneof(fc.nat({ max: 600 }), fc.constantFrom(16_383, 16_384, 16_385, 70_000)),
      byte: fc.nat({ max: 255 }),
    })
    .map(({ length, byte }) => Buffer.alloc(length, byte)),
  { maxLength: 60 },
);

it('gives the same bytes, none of which is written to again, in chunks of at most the longest', async () => {
  await fc.assert(
    fc.asyncProperty(chunks, async (source) => {
      const given: Uint8Array[] = [];

      for await (const chunk of coalesced(streamOf(source))) given.push(chunk);

      expect(Buffer.concat(given).equals(Buffer.concat(source))).toBe(true);
      expect(given.every(({ length }) => length > 0 && length <= 70_000)).toBe(true);
    }),
  );
});

it('gathers short chunks to 64 KiB', async () => {
  const source = Array.from({ length: 1_000 }, () => Buffer.alloc(512));
  const lengths: number[] = [];

  for await (const { length } of coalesced(streamOf(source))) lengths.push(length);

  expect(lengths).toEqual([65_536, 65_536, 65_536, 65_536, 65_536, 65_536, 65_536, 53_248]);
});

async function* streamOf(source: readonly Buffer[]): AsyncGenerator<Buffer> {
  yield* source;
}
