import { describe, expect, it } from 'vitest';

import { Overloaded, TeamOverloads } from '../domain/upload-errors.ts';
import { BytesInFlight } from './shares.ts';

const never = new AbortController().signal;

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

  it('lets wait whoever finds no room, in the order of asking', async () => {
    const inFlight = new BytesInFlight(20, 10);
    const admitted: string[] = [];
    const waiter = async (name: string, team: string): Promise<Disposable> => {
      const taken = await inFlight.turn(team, 10, never);
      admitted.push(name);
      return taken;
    };
    const first = await waiter('a1', 'a');
    const [second, third] = [waiter('a2', 'a'), waiter('a3', 'a')];
    const other = await waiter('b1', 'b');

    first[Symbol.dispose]();
    (await second)[Symbol.dispose]();
    other[Symbol.dispose]();
    (await third)[Symbol.dispose]();

    expect(admitted).toEqual(['a1', 'b1', 'a2', 'a3']);
    expect(() => inFlight.take('c', 20)).not.toThrow();
  });

  it('refuses who has waited for long enough, and says whose limit it is', async () => {
    const inFlight = new BytesInFlight(15, 10, 20);
    using taken = inFlight.take('a', 10);

    await expect(inFlight.turn('a', 10, never)).rejects.toThrow(TeamOverloads);
    await expect(inFlight.turn('b', 10, never)).rejects.toThrow(Overloaded);

    expect(taken).toBeDefined();
    await expect(inFlight.turn('b', 5, never)).resolves.toBeDefined();
  });

  it('forgets who leaves', async () => {
    const inFlight = new BytesInFlight(10, 10);
    const taken = inFlight.take('a', 10);
    const leaving = new AbortController();
    const left = inFlight.turn('a', 10, leaving.signal);

    leaving.abort(new Error('gone'));
    await expect(left).rejects.toThrow('gone');
    taken[Symbol.dispose]();

    await expect(inFlight.turn('a', 10, leaving.signal)).rejects.toThrow('gone');
    expect(() => inFlight.take('a', 10)).not.toThrow();
  });
});
