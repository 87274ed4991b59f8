import { once } from 'node:events';

import { describe, expect, it } from 'vitest';

import { BlobMissing } from '../errors.ts';
import { arbitraryBlob } from './arbitrary-blob.ts';
import { get, never, put, type StartedStore } from './started-store.ts';

const SIZE = 3_000_000;

export function describeReading(start: () => Promise<StartedStore>): void {
  describe('read', () => {
    it('gives every range exactly', async () => {
      await using started = await start();
      const { bytes, digest } = arbitraryBlob(SIZE);
      await put(started.store, { bytes, digest });

      for (const [from, to] of [
        [0, 0],
        [0, 1],
        [0, SIZE],
        [1, SIZE],
        [SIZE - 1, SIZE],
        [SIZE, SIZE],
        [262_143, 262_145],
        [1_000_000, 2_000_000],
      ] as const) {
        const range = await get(started.store, digest, { start: from, end: to });
        expect(range.equals(bytes.subarray(from, to)), `bytes ${from} to ${to}`).toBe(true);
      }
    });

    it.each([
      [0, SIZE + 1],
      [-1, 5],
      [5, 4],
      [0.5, 1],
      [Number.NaN, 1],
    ])('refuses the range from %d to %d', async (from, to) => {
      await using started = await start();
      const blob = arbitraryBlob(SIZE);
      await put(started.store, blob);

      const reading = started.store.read(blob.digest, never, { start: from, end: to });

      await expect(reading).rejects.toThrow(RangeError);
    });

    it('says before the first byte that a blob is missing', async () => {
      await using started = await start();
      const { digest } = arbitraryBlob(10);

      await expect(started.store.read(digest, never)).rejects.toThrow(BlobMissing);
    });

    it('ends with the reason when aborted', async () => {
      await using started = await start();
      const blob = arbitraryBlob(SIZE);
      await put(started.store, blob);
      const stop = new AbortController();

      const reading = await started.store.read(blob.digest, stop.signal);
      reading.read(1);
      const failed = once(reading, 'error');
      stop.abort(new Error('the client went away'));

      const [error] = await failed;
      expect(error).toMatchObject({
        name: 'AbortError',
        cause: { message: 'the client went away' },
      });
    });

    it('does not begin when aborted before', async () => {
      await using started = await start();
      const blob = arbitraryBlob(10);
      await put(started.store, blob);

      const reading = started.store.read(blob.digest, AbortSignal.abort(new Error('late')));

      await expect(reading).rejects.toThrow('late');
    });

    it('serves many readers of one blob at once', async () => {
      await using started = await start();
      const blob = arbitraryBlob(SIZE);
      await put(started.store, blob);

      const readers = Array.from({ length: 50 }, (_, at) =>
        get(started.store, blob.digest, { start: at * 1_000, end: SIZE - at }),
      );

      for (const [at, bytes] of (await Promise.all(readers)).entries())
        expect(bytes.equals(blob.bytes.subarray(at * 1_000, SIZE - at))).toBe(true);
    });
  });
}
