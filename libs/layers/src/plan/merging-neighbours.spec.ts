import * as fc from 'fast-check';
import { expect, it } from 'vitest';

import { atOnce } from '../steps/steps.ts';
import { mergingNeighbours } from './merging-neighbours.ts';

it('merges as the rule reads, word by word', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 6 }), { maxLength: 40 }),
      fc.integer({ min: 1, max: 12 }),
      (sizes, most) => {
        expect(atOnce(mergingNeighbours(sizes, most))).toEqual(mergedByScanning(sizes, most));
      },
    ),
    { numRuns: 1_000 },
  );
});

it('merges a hundred thousand without looking at each of them each time', () => {
  const sizes = Array.from({ length: 100_000 }, (_, index) => (index * 7919) % 1_000_003);

  const begin = performance.now();
  const starts = atOnce(mergingNeighbours(sizes, 48));

  expect(starts).toHaveLength(48);
  expect(performance.now() - begin).toBeLessThan(5_000);
});

/** Looks at all pairs for each merge. */
function mergedByScanning(sizes: readonly number[], most: number): readonly number[] {
  const groups = sizes.map((sum, start) => ({ sum, start }));
  while (groups.length > most) {
    const sums = groups.slice(1).map(({ sum }, left) => sum + (groups[left]?.sum ?? 0));
    const smallest = Math.min(...sums);
    const left = sums.indexOf(smallest);
    groups.splice(left, 2, { sum: smallest, start: groups[left]?.start ?? 0 });
  }
  return groups.map(({ start }) => start);
}
