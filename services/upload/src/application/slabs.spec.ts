import { describe, expect, it } from 'vitest';

import { SLAB_BYTES, Slabs } from './slabs.ts';

describe('Slabs', () => {
  it('give no more memory than they have, and give back what was given back, empty', () => {
    const slabs = new Slabs(2 * SLAB_BYTES);
    const [one, other] = [slabs.take(), slabs.take()];
    one?.write(Buffer.from('floe'));

    const none = slabs.take();
    slabs.give(one ? [one] : []);
    const again = slabs.take();

    expect(other).toBeDefined();
    expect(none).toBeUndefined();
    expect(again).toBe(one);
    expect(again?.bytes).toHaveLength(0);
  });

  it('serve who waits first, and let go who waited for long enough', async () => {
    const slabs = new Slabs(SLAB_BYTES);
    const held = slabs.take();

    const late = slabs.takeWithin(0);
    expect(await late).toBeUndefined();
    const [first, second] = [slabs.takeWithin(60_000), slabs.takeWithin(60_000)];
    slabs.give(held ? [held] : []);
    const given = await first;
    slabs.give(given ? [given] : []);

    expect(given).toBe(held);
    expect(await second).toBe(held);
  });

  it('make others in place of those that somebody may still read', () => {
    const slabs = new Slabs(SLAB_BYTES);
    const lost = slabs.take();

    slabs.forget(1);

    expect(slabs.take()).not.toBe(lost);
    expect(slabs.take()).toBeUndefined();
  });

  it('take of some bytes what there is room for', () => {
    const slab = new Slabs(SLAB_BYTES).take();
    const bytes = Buffer.alloc(SLAB_BYTES, 'floe');

    const taken = [
      slab?.write(bytes.subarray(0, 5)),
      slab?.write(bytes.subarray(5)),
      slab?.write(bytes),
    ];

    expect(taken).toEqual([5, SLAB_BYTES - 5, 0]);
    expect(slab?.isFull).toBe(true);
    expect(Buffer.from(slab?.bytes ?? []).equals(bytes)).toBe(true);
  });
});
