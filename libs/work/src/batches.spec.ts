import { describe, expect, it } from 'vitest';

import { Batches } from './batches.ts';

describe('Batches', () => {
  it('writes at once when it is quiet, and together what comes meanwhile', async () => {
    const written: (readonly number[])[] = [];
    const batches = new Batches<number>(
      async (items) => void written.push(items),
      async (item) => void written.push([item]),
    );

    await Promise.all([1, 2, 3].map((item) => batches.add(item)));
    await batches.add(4);

    expect(written).toEqual([[1], [2, 3], [4]]);
  });

  it('writes each by itself when they cannot be written together, and fails the one that cannot', async () => {
    const written: number[] = [];
    const batches = new Batches<number>(
      () => Promise.reject(new Error('not together')),
      async (item) => {
        if (item === 3) throw new Error('not the third');
        written.push(item);
      },
    );

    const outcomes = await Promise.allSettled([1, 2, 3, 4].map((item) => batches.add(item)));

    expect(written).toEqual([1, 2, 4]);
    expect(outcomes.map(({ status }) => status)).toEqual([
      'fulfilled',
      'fulfilled',
      'rejected',
      'fulfilled',
    ]);
  });
});
