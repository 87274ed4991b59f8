import { buffer } from 'node:stream/consumers';

import { describe, expect, it } from 'vitest';

import { arbitraryBlob, chunked } from './contract/arbitrary-blob.ts';
import { never } from './contract/started-store.ts';
import { wholeIfSmall } from './whole-if-small.ts';

const MOST = 1_000;

describe('wholeIfSmall', () => {
  it.each([0, 1, MOST])('gives all of %i bytes', async (size) => {
    const { bytes } = arbitraryBlob(size);

    const whole = await wholeIfSmall(chunked(bytes, 300), MOST, never);

    expect(whole).toEqual(bytes);
  });

  it('passes on what is larger, from its first byte', async () => {
    const { bytes } = arbitraryBlob(5_000);

    const passed = await wholeIfSmall(chunked(bytes, 300), MOST, never);

    if (passed instanceof Uint8Array) throw new Error('it was held');
    expect(await buffer(passed)).toEqual(bytes);
  });

  it('ends a source that hangs when it is aborted, and one that nobody wants to read on', async () => {
    const aborting = new AbortController();
    let ended = 0;
    async function* large(): AsyncGenerator<Uint8Array> {
      try {
        for (;;) yield Buffer.alloc(MOST);
      } finally {
        ended += 1;
      }
    }

    const held = wholeIfSmall(hanging(), MOST, aborting.signal);
    aborting.abort(new Error('gone'));
    const passed = await wholeIfSmall(large(), MOST, never);
    if (passed instanceof Uint8Array) throw new Error('it was held');
    await passed.next();
    await passed.return();

    await expect(held).rejects.toThrow('gone');
    expect(ended).toBe(1);
  });
});

async function* hanging(): AsyncGenerator<Uint8Array> {
  yield Buffer.of(1);
  await new Promise(() => {});
}
