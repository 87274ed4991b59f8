import { describe, expect, it } from 'vitest';

import { arbitraryBlob, chunked } from './arbitrary-blob.ts';
import { get, never, put, type StartedStore } from './started-store.ts';

const INDEX = Buffer.from('the index');

export function describePutting(start: () => Promise<StartedStore>): void {
  describe('put', () => {
    it.each([0, 1, 3_000, 64 * 1_024, 200_000])(
      'makes %i bytes and their index visible, to other processes too',
      async (size) => {
        await using started = await start();
        const { bytes, digest } = arbitraryBlob(size);

        await started.store.put(Buffer.from(bytes), digest, INDEX);

        for (const store of [started.store, await started.another()]) {
          expect(await store.stat(digest)).toEqual({ digest, sizeBytes: size });
          expect(bytes.equals(await get(store, digest))).toBe(true);
          expect(Buffer.from((await store.readIndex(digest)) ?? [])).toEqual(INDEX);
        }
        expect(await started.unpublished()).toEqual([]);
      },
    );

    it('can be read by ranges, within its size', async () => {
      await using started = await start();
      const { bytes, digest } = arbitraryBlob(1_000);
      await started.store.put(Buffer.from(bytes), digest);

      expect(await get(started.store, digest, { start: 10, end: 500 })).toEqual(
        bytes.subarray(10, 500),
      );
      expect(await get(started.store, digest, { start: 1_000, end: 1_000 })).toHaveLength(0);
      await expect(get(started.store, digest, { start: 10, end: 1_001 })).rejects.toThrow(
        RangeError,
      );
    });

    it('keeps what is there, whichever way it came, and adds an index where there was none', async () => {
      await using started = await start();
      const { store } = started;
      const [one, other] = [arbitraryBlob(1_000, 1), arbitraryBlob(1_000, 2)];
      await put(store, one);
      await store.put(Buffer.from(other.bytes), other.digest);
      expect(await store.readIndex(other.digest)).toBeUndefined();

      await store.put(Buffer.from(one.bytes), one.digest, INDEX);
      await put(store, other, INDEX);
      for (const { bytes, digest } of [one, other]) {
        await put(store, { bytes, digest });
        await store.put(Buffer.from(bytes), digest);
        await store.put(Buffer.from(bytes), digest, Buffer.from('another index'));
      }

      for (const { bytes, digest } of [one, other]) {
        expect(bytes.equals(await get(store, digest))).toBe(true);
        expect(Buffer.from((await store.readIndex(digest)) ?? [])).toEqual(INDEX);
      }
      expect(await started.unpublished()).toEqual([]);
    });

    it('lets many writers of one blob succeed at once, in several processes and both ways', async () => {
      await using started = await start();
      const { bytes, digest } = arbitraryBlob(1_000);
      const stores = [started.store, await started.another()];
      const writers = Array.from({ length: 20 }, (_, nth) => stores[nth % 2] ?? started.store);

      await Promise.all(
        writers.map((store, nth) =>
          nth % 3 === 0
            ? put(store, { bytes, digest }, INDEX)
            : store.put(Buffer.from(bytes), digest, nth % 3 === 1 ? INDEX : undefined),
        ),
      );

      expect(bytes.equals(await get(started.store, digest))).toBe(true);
      expect(Buffer.from((await started.store.readIndex(digest)) ?? [])).toEqual(INDEX);
      expect(await started.unpublished()).toEqual([]);
    });

    it('stays when the same bytes, received besides, are swept', async () => {
      await using started = await start();
      const { store } = started;
      const { bytes, digest } = arbitraryBlob(1_000);
      await store.receive(chunked(bytes, 100), never);
      await store.put(Buffer.from(bytes), digest);

      expect(await store.sweep(new Date(Date.now() + 60_000))).toBe(1);

      expect(bytes.equals(await get(store, digest))).toBe(true);
    });
  });
}
