import { describe, expect, it } from 'vitest';

import { eventually } from './eventually.ts';

describe('eventually', () => {
  it('gives the first value that is there', async () => {
    const answers = [undefined, false as const, 0, 1];

    expect(await eventually(() => answers.shift())).toBe(0);
  });

  it('takes an error for "not yet"', async () => {
    let asked = 0;
    const value = await eventually(() => {
      asked += 1;
      if (asked < 3) throw new Error('not yet');
      return asked;
    });

    expect(value).toBe(3);
  });

  it('throws at the deadline, with the last error', async () => {
    const cause = new Error('never');
    const waiting = eventually(() => Promise.reject(cause), { deadlineMs: 1 });

    await expect(waiting).rejects.toMatchObject({ cause });
  });
});
