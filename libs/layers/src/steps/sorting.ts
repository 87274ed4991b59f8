import type { Steps } from './steps.ts';

const RUN_ITEMS = 512;

/** Sorts stably, into a new list: short runs at once, then merged. */
export function* sorting<T>(
  items: readonly T[],
  compare: (one: T, other: T) => number,
): Steps<readonly T[]> {
  let runs: (readonly T[])[] = [];
  for (let start = 0; start < items.length; start += RUN_ITEMS) {
    runs.push(items.slice(start, start + RUN_ITEMS).toSorted(compare));
    yield;
  }
  while (runs.length > 1) {
    const merged: (readonly T[])[] = [];
    for (let left = 0; left < runs.length; left += 2)
      merged.push(yield* merging(runs[left] ?? [], runs[left + 1] ?? [], compare));
    runs = merged;
  }
  return runs[0] ?? [];
}

function* merging<T>(
  left: readonly T[],
  right: readonly T[],
  compare: (one: T, other: T) => number,
): Steps<readonly T[]> {
  const merged: T[] = [];
  const others = right[Symbol.iterator]();
  let other = others.next();
  for (const one of left) {
    for (; !other.done && compare(other.value, one) < 0; other = others.next()) {
      merged.push(other.value);
      if (merged.length % RUN_ITEMS === 0) yield;
    }
    merged.push(one);
    if (merged.length % RUN_ITEMS === 0) yield;
  }
  for (; !other.done; other = others.next()) {
    merged.push(other.value);
    if (merged.length % RUN_ITEMS === 0) yield;
  }
  return merged;
}
