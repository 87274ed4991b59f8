import { crc32 as ofNode } from 'node:zlib';

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { crc32 } from './crc32.ts';

describe('crc32', () => {
  it('gives the check value of its specification', () => {
    expect(crc32(Buffer.from('123456789'))).toBe(0xcbf43926);
    expect(crc32(new Uint8Array())).toBe(0);
  });

  it('is that of Node, at once and piece by piece, wherever in its memory the bytes lie', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 5_000 }),
        fc.nat({ max: 5_000 }),
        fc.boolean(),
        (bytes, at, isShared) => {
          const memory = isShared ? new SharedArrayBuffer(bytes.length + 3) : bytes.length + 3;
          const placed =
            memory instanceof SharedArrayBuffer ? new Uint8Array(memory) : new Uint8Array(memory);
          placed.set(bytes, 3);
          const whole = placed.subarray(3);

          expect(crc32(whole)).toBe(ofNode(bytes));
          expect(crc32(whole.subarray(at), crc32(whole.subarray(0, at)))).toBe(ofNode(bytes));
        },
      ),
    );
  });
});
