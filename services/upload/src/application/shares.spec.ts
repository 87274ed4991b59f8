import { describe, expect, it } from 'vitest';

import { Overloaded, TeamOverloads } from '../domain/upload-errors.ts';
import { BytesInFlight } from './shares.ts';

describe('BytesInFlight', () => {
  it('leaves room for others when one team has all of its own', () => {
    const inFlight = new BytesInFlight(25, 15);

    using first = inFlight.take('a', 10);
    using other = inFlight.take('b', 10);

    expect([first, other]).toHaveLength(2);
    expect(() => inFlight.take('a', 10)).toThrow(TeamOverloads);
    expect(() => inFlight.take('c', 10)).toThrow(Overloaded);
  });

  it('takes again what was given back', () => {
    const inFlight = new BytesInFlight(10, 10);

    inFlight.take('a', 10)[Symbol.dispose]();

    expect(() => inFlight.take('b', 10)).not.toThrow();
  });

  it('takes alone what is larger than a limit', () => {
    const inFlight = new BytesInFlight(10, 5);

    using alone = inFlight.take('a', 50);

    expect(alone).toBeDefined();
    expect(() => inFlight.take('b', 1)).toThrow(Overloaded);
  });
});
