import { describe, expect, it } from 'vitest';

import { decodeHeaders, encodeHeaders } from './header-bytes.ts';

describe('encodeHeaders', () => {
  it('keeps order, repeated names and any bytes', () => {
    const headers = [
      ['ce_id', Buffer.from('1')],
      ['ü', Buffer.of(0, 255)],
      ['ce_id', Buffer.of()],
    ] as const;

    expect(decodeHeaders(encodeHeaders(headers))).toEqual(headers);
  });

  it('is empty without headers', () => {
    expect(encodeHeaders([])).toEqual(Buffer.of());
    expect(decodeHeaders(Buffer.of())).toEqual([]);
  });
});
