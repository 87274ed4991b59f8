import { describe, expect, it } from 'vitest';

import { Overloaded, TeamOverloads } from '../domain/upload-errors.ts';
import { ArchiveListings } from './archive-listings.ts';

const KIB = 1_024;
const MIB = 1_024 ** 2;

describe('ArchiveListings', () => {
  it('counts nothing for archives of few files', () => {
    const listings = new ArchiveListings(MIB, MIB);

    for (let n = 0; n < 1_000; n += 1) listings.listing('a').grow(64 * KIB);

    expect(() => listings.listing('a').grow(65 * KIB)).not.toThrow();
  });

  it('refuses the one that grows when the room of its team, or all of it, is used up', () => {
    const listings = new ArchiveListings(5 * MIB, 3 * MIB);
    const [first, second, other] = ['a', 'a', 'b'].map((team) => listings.listing(team));

    first?.grow(2 * MIB);
    other?.grow(2 * MIB);

    expect(() => second?.grow(2 * MIB)).toThrow(TeamOverloads);
    expect(() => listings.listing('c').grow(2 * MIB)).toThrow(Overloaded);
    expect(() => first?.grow(KIB)).not.toThrow();
  });

  it('lets one alone grow beyond it, until another comes', () => {
    const listings = new ArchiveListings(3 * MIB, 2 * MIB);
    const alone = listings.listing('a');
    for (let n = 0; n < 10 * KIB; n += 1) alone.grow(KIB);

    expect(() => listings.listing('b').grow(MIB)).toThrow(Overloaded);
  });

  it('gives all of it back', () => {
    const listings = new ArchiveListings(3 * MIB, 3 * MIB);
    using held = new DisposableStack();
    held.use(listings.listing('a')).grow(3 * MIB);

    held.dispose();

    const next = listings.listing('a');
    next.grow(MIB);
    expect(() => listings.listing('b').grow(MIB)).not.toThrow();
  });
});
