import { describe, expect, it } from 'vitest';

import { partitionOf } from './partition-of.ts';

const EVERY_BIT = 0x7fffffff;

describe('partitionOf', () => {
  /** From UtilsTest.testMurmur2 of Apache Kafka; `toPositive` clears the sign. */
  it.each([
    ['21', -973932308],
    ['foobar', -790332482],
    ['a-little-bit-long-string', -985981536],
    ['a-little-bit-longer-string', -1486304829],
    ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
    ['abc', 479470107],
  ])('hashes %s as Kafka does', (key, hash) => {
    expect(partitionOf(Buffer.from(key), EVERY_BIT)).toBe(hash & EVERY_BIT);
  });

  it('puts a record without a key into the first partition', () => {
    expect(partitionOf(null, 4)).toBe(0);
  });
});
