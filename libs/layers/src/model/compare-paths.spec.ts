import * as fc from 'fast-check';
import { expect, it } from 'vitest';

import { comparePaths } from './compare-paths.ts';

const texts = fc.string({
  maxLength: 5,
  unit: fc.constantFrom('a', '-', '/', '.', 'é', '\uD7FF', '\uE000', '\uFFFD', '😀', '\u{10FFFF}'),
});

it('orders as the bytes of UTF-8 do', () => {
  fc.assert(
    fc.property(texts, texts, (one, other) => {
      const bytewise = Buffer.compare(Buffer.from(one), Buffer.from(other));
      expect(Math.sign(comparePaths(one, other))).toBe(bytewise);
    }),
    { numRuns: 2_000 },
  );
});
