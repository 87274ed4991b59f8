import { describe, expect, it } from 'vitest';

import { matchesTag, parseRange } from './byte-range.ts';

describe('the part that a Range header asks for', () => {
  it.each([
    ['bytes=0-9', { start: 0, end: 10 }],
    ['bytes=90-', { start: 90, end: 100 }],
    ['bytes=-1', { start: 99, end: 100 }],
    ['bytes=-1000', { start: 0, end: 100 }],
    ['bytes=99-1000', { start: 99, end: 100 }],
    ['bytes=100-', 'unsatisfiable'],
    ['bytes=-0', 'unsatisfiable'],
    ['bytes=5-1', 'unsatisfiable'],
  ])('is, of 100 bytes and for %s, %j', (header, part) => {
    expect(parseRange(header, 100)).toEqual(part);
  });

  it.each([undefined, '', 'bytes=', 'bytes=-', 'lines=0-9', 'bytes=0-1,5-6', '0-9'])(
    'is the whole for %j',
    (header) => {
      expect(parseRange(header, 100)).toBeUndefined();
    },
  );
});

it('knows a tag in If-None-Match among others and as a weak one', () => {
  expect(['"a"', 'W/"a"', '"b", "a"', '*'].every((header) => matchesTag(header, '"a"'))).toBe(true);
  expect([undefined, '', '"b"', 'a'].some((header) => matchesTag(header, '"a"'))).toBe(false);
});
