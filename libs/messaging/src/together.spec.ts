import { describe, expect, it } from 'vitest';

import { Together } from './together.ts';

describe('Together', () => {
  it('asks at once for all that were asked while it worked', async () => {
    const batches: (readonly number[])[] = [];
    const together = new Together<number, number>(
      async (asked) => {
        batches.push(asked);
        return asked.map((n) => n * 10);
      },
      3,
      () => true,
    );

    const answers = await Promise.all([1, 2, 3, 4, 5].map((n) => together.ask(n)));

    expect(answers).toEqual([10, 20, 30, 40, 50]);
    expect(batches).toEqual([[1], [2, 3, 4], [5]]);
  });

  it('rests after its work, and takes then what was asked for meanwhile', async () => {
    const batches: (readonly number[])[] = [];
    const rest = Promise.withResolvers<void>();
    const together = new Together<number, number>(
      async (asked) => {
        batches.push(asked);
        return asked;
      },
      10,
      () => true,
      () => rest.promise,
    );

    await together.ask(1);
    const second = together.ask(2);
    const third = together.ask(3);
    await new Promise((resolve) => setImmediate(resolve));
    expect(batches).toEqual([[1]]);
    rest.resolve();

    expect(await Promise.all([second, third])).toEqual([2, 3]);
    expect(batches).toEqual([[1], [2, 3]]);
  });

  it('lets nobody fail for another', async () => {
    const together = new Together<number, number>(
      async (asked) => {
        if (asked.includes(3)) throw new RangeError(`spoiled by 3 of ${asked.length}`);
        return asked;
      },
      10,
      () => true,
    );

    const answers = await Promise.allSettled([1, 2, 3, 4].map((n) => together.ask(n)));

    expect(answers).toEqual([
      { status: 'fulfilled', value: 1 },
      { status: 'fulfilled', value: 2 },
      { status: 'rejected', reason: new RangeError('spoiled by 3 of 1') },
      { status: 'fulfilled', value: 4 },
    ]);
    expect(await together.ask(5)).toBe(5);
  });

  it("asks nobody again after what is nobody's fault", async () => {
    let asked = 0;
    const together = new Together<number, number>(
      async () => {
        asked += 1;
        throw new Error('the server is away');
      },
      10,
      () => false,
    );

    const answers = await Promise.allSettled([1, 2, 3].map((n) => together.ask(n)));

    expect(answers.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    expect(asked).toBe(2);
  });
});
