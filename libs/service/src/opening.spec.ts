import { describe, expect, it } from 'vitest';

import { Opening } from './opening.ts';

const never = new AbortController().signal;

describe('Opening', () => {
  it('asks until the part answers, and tells each reason once', async () => {
    const reasons = ['refused', 'refused', 'still starting'];
    const told: unknown[] = [];
    const opening = new Opening(never, (part, error) => told.push([part, String(error)]));

    const part = await opening.open('bus', async () => {
      const reason = reasons.shift();
      if (reason !== undefined) throw new Error(reason);
      return 'the bus';
    });

    expect(part).toBe('the bus');
    expect(told).toEqual([
      ['bus', 'Error: refused'],
      ['bus', 'Error: still starting'],
    ]);
    expect(opening.states).toEqual({ bus: 'ok' });
  });

  it('names the cause of an error, by its code where it has no message', async () => {
    const stop = new AbortController();
    const cause = Object.assign(new AggregateError([]), { code: 'ECONNREFUSED' });
    const refused = new TypeError('fetch failed', { cause });
    const opening = new Opening(stop.signal, () => {});

    const opened = opening.open('database', async () => {
      throw refused;
    });
    await Promise.resolve();
    await Promise.resolve();

    expect(opening.states).toEqual({ database: 'fetch failed: ECONNREFUSED' });
    stop.abort();
    await expect(opened).rejects.toThrow('aborted');
  });
});
