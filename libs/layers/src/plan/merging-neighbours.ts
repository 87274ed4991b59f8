import TinyQueue from 'tinyqueue';

import type { Steps } from '../steps/steps.ts';

const MERGES_OF_A_STEP = 64;

interface Pair {
  readonly left: number;
  readonly right: number;
  readonly sum: number;
}

/**
 * While there are more than `most`, the two neighbours with the smallest sum become one, the first such pair on a tie.
 * Gives where each of those that remain begins in `sizes`. Takes O(n log n).
 */
export function* mergingNeighbours(
  sizes: readonly number[],
  most: number,
): Steps<readonly number[]> {
  const merged = new Neighbours(sizes);
  for (let count = sizes.length; count > most; count--) {
    merged.mergeSmallest();
    if (count % MERGES_OF_A_STEP === 0) yield;
  }
  return merged.starts();
}

class Neighbours {
  readonly #sums: number[];
  readonly #next: (number | undefined)[];
  readonly #previous: (number | undefined)[];
  readonly #pairs: TinyQueue<Pair>;

  constructor(sizes: readonly number[]) {
    this.#sums = [...sizes];
    this.#next = sizes.map((_, index) => (index + 1 < sizes.length ? index + 1 : undefined));
    this.#previous = sizes.map((_, index) => (index > 0 ? index - 1 : undefined));
    const pairs = sizes.slice(1).map((_, left) => this.#pair(left, left + 1));
    this.#pairs = new TinyQueue(
      pairs,
      (one, other) => one.sum - other.sum || one.left - other.left,
    );
  }

  mergeSmallest(): void {
    for (let pair = this.#pairs.pop(); pair; pair = this.#pairs.pop()) {
      if (!this.#holds(pair)) continue;
      this.#merge(pair);
      return;
    }
  }

  starts(): readonly number[] {
    return [...this.#sums.keys()].filter(
      (index) => index === 0 || this.#previous[index] !== undefined,
    );
  }

  /** A pair stays in the queue when one of its two has grown or gone. */
  #holds({ left, right, sum }: Pair): boolean {
    return this.#next[left] === right && this.#pair(left, right).sum === sum;
  }

  #merge({ left, right, sum }: Pair): void {
    const [before, after] = [this.#previous[left], this.#next[right]];
    this.#sums[left] = sum;
    this.#next[left] = after;
    this.#next[right] = undefined;
    this.#previous[right] = undefined;
    if (after !== undefined) {
      this.#previous[after] = left;
      this.#pairs.push(this.#pair(left, after));
    }
    if (before !== undefined) this.#pairs.push(this.#pair(before, left));
  }

  #pair(left: number, right: number): Pair {
    return { left, right, sum: (this.#sums[left] ?? 0) + (this.#sums[right] ?? 0) };
  }
}
