import { describe, expect, it } from 'vitest';

import { SLAB_BYTES, Slabs } from './slabs.ts';

const LONG_MS = 60_000;

describe('Slabs', () => {
  it('give what was given back, empty', async () => {
    const slabs = new Slabs(2 * SLAB_BYTES);
    const taken = (await slabs.take(SLAB_BYTES + 1, 0)) ?? [];
    for (const slab of taken) slab.write(Buffer.from('floe'));

    slabs.give(taken);
    const again = await slabs.take(2 * SLAB_BYTES, 0);

    expect(taken).toHaveLength(2);
    expect(new Set(again)).toEqual(new Set(taken));
    expect(again?.map(({ bytes }) => bytes.length)).toEqual([0, 0]);
  });

  it('let who asks first wait for all of it, and who asks later wait behind', async () => {
    const slabs = new Slabs(2 * SLAB_BYTES);
    const held = (await slabs.take(SLAB_BYTES, 0)) ?? [];
    const order: number[] = [];

    const take = async (bytes: number): Promise<void> => {
      const given = (await slabs.take(bytes, LONG_MS)) ?? [];
      order.push(given.length);
      slabs.give(given);
    };
    const waiting = [take(2 * SLAB_BYTES), take(SLAB_BYTES)];
    slabs.give(held);
    await Promise.all(waiting);

    expect(order).toEqual([2, 1]);
  });

  it('let go who waited for long enough, and serve who waited behind', async () => {
    const slabs = new Slabs(SLAB_BYTES);

    const [never, one] = await Promise.all([slabs.take(2 * SLAB_BYTES, 0), slabs.take(1, LONG_MS)]);

    expect(never).toBeUndefined();
    expect(one).toHaveLength(1);
  });

  it('make others in place of those that somebody may still read', async () => {
    const slabs = new Slabs(SLAB_BYTES);
    const lost = (await slabs.take(1, 0)) ?? [];

    slabs.replace(lost);
    const other = await slabs.take(1, 0);

    expect(other).toHaveLength(1);
    expect(other?.[0]).not.toBe(lost[0]);
  });

  it('take of some bytes what there is room for', async () => {
    const [slab] = (await new Slabs(SLAB_BYTES).take(1, 0)) ?? [];
    const bytes = Buffer.alloc(SLAB_BYTES, 'floe');

    const taken = [slab?.write(bytes.subarray(0, 5)), slab?.write(bytes.subarray(5))];

    expect([...taken, slab?.write(bytes)]).toEqual([5, SLAB_BYTES - 5, 0]);
    expect(slab?.isFull).toBe(true);
    expect(Buffer.from(slab?.bytes ?? []).equals(bytes)).toBe(true);
  });
});
