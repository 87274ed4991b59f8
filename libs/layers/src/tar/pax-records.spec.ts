import { expect, it } from 'vitest';

import { encodePaxRecords } from './pax-records.ts';

it('counts the digits of its length in its length', () => {
  const lengths = Array.from({ length: 1_100 }, (_, index) => index);

  const records = lengths.map((length) => encodePaxRecords({ path: 'é'.repeat(length) }));

  for (const bytes of records)
    expect(bytes.toString()).toMatch(new RegExp(`^${bytes.length} path=`));
});
