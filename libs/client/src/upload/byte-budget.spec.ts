import { describe, expect, it } from 'vitest';

import { ByteBudget } from './byte-budget.ts';

const never = new AbortController().signal;

describe('ByteBudget', () => {
  it('lets in what fits, and the others in the order of coming', async () => {
    const budget = new ByteBudget(10);
    const taken: string[] = [];
    const take = async (name: string, bytes: number): Promise<void> => {
      await budget.take(bytes, never);
      taken.push(name);
    };

    await take('a', 6);
    const waiting = [take('b', 6), take('c', 1)];
    expect(taken).toEqual(['a']);
    budget.give(6);
    await Promise.all(waiting);

    expect(taken).toEqual(['a', 'b', 'c']);
  });

  it('lets in alone what is larger than all of it', async () => {
    const budget = new ByteBudget(10);

    await budget.take(25, never);
    const waiting = budget.take(1, never).then(() => 'in');
    budget.give(25);

    expect(await waiting).toBe('in');
  });

  it('forgets who gives up, and lets the next one in', async () => {
    const budget = new ByteBudget(10);
    const stop = new AbortController();
    await budget.take(5, never);
    const impatient = budget.take(8, stop.signal);
    const next = budget.take(5, never);

    stop.abort(new Error('enough'));

    await expect(impatient).rejects.toThrow('enough');
    await next;
  });
});
