import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { sorting } from './sorting.ts';
import { atOnce, inTurns, stepping, type Steps } from './steps.ts';

describe('work in steps', () => {
  it('gives the same at once and in turns', async () => {
    expect(atOnce(counting(1_000))).toBe(499_500);
    expect(await inTurns(counting(1_000))).toBe(499_500);
  });

  it('lets others go on in between', async () => {
    const others = { turns: 0 };
    const ticking = setInterval(() => (others.turns += 1), 1);

    await inTurns(untilTurns(others, 3));
    clearInterval(ticking);

    expect(others.turns).toBeGreaterThanOrEqual(3);
  });

  it('sorts as the array does, stably', () => {
    const pairs = fc.array(fc.tuple(fc.nat({ max: 50 }), fc.nat()), { maxLength: 3_000 });
    fc.assert(
      fc.property(pairs, (items) => {
        expect(atOnce(sorting(items, byFirst))).toEqual(items.toSorted(byFirst));
      }),
      { numRuns: 50 },
    );
  });
});

function* counting(to: number): Steps<number> {
  let sum = 0;
  yield* stepping(Array.from({ length: to }).keys(), (n) => {
    sum += n;
  });
  return sum;
}

/** Never ends when nobody else has a turn. */
function* untilTurns(others: { readonly turns: number }, enough: number): Steps<void> {
  while (others.turns < enough) yield;
}

function byFirst([one = 0]: readonly number[], [other = 0]: readonly number[]): number {
  return one - other;
}
