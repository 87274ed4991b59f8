import { describe, expect, it } from 'vitest';

import { nameOf } from './place.ts';
import { shareOf } from './share-of.ts';

const partitions = new Map([
  ['a', 4],
  ['b', 4],
  ['c', 1],
]);

describe('shareOf', () => {
  it.each([1, 2, 3, 5])('gives each partition to one of %i members', (count) => {
    const members = Array.from({ length: count }, (_, id) => member(id, ['a', 'b', 'c']));

    const shares = members.map((each) => shareOf(each, members, partitions).map(nameOf));

    expect(shares.flat().toSorted()).toEqual(
      ['a/0', 'a/1', 'a/2', 'a/3', 'b/0', 'b/1', 'b/2', 'b/3', 'c/0'].toSorted(),
    );
  });

  it('counts only members of the same group that read the topic', () => {
    const one = member(1, ['a', 'b']);
    const two = member(2, ['b', 'a']);
    const others = [member(3, ['c']), { ...member(4, ['a']), group: 'another' }];

    const shares = [one, two].flatMap((each) => shareOf(each, [one, two, ...others], partitions));

    expect(shares).toHaveLength(8);
  });
});

function member(id: number, topics: readonly string[]) {
  return { id, group: 'g', topics };
}
