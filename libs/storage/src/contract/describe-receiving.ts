import { buffer } from 'node:stream/consumers';

import { describe, expect, it } from 'vitest';

import { ReceivedMissing, WrongSize } from '../errors.ts';
import { arbitraryBlob, chunked } from './arbitrary-blob.ts';
import { get, never, put, type StartedStore } from './started-store.ts';

export function describeReceiving(start: () => Promise<StartedStore>): void {
  describe('receive', () => {
    it.each([
      ['nothing', 0, [1]],
      ['one byte', 1, [1]],
      ['crumbs', 5_000, [1, 2, 3]],
      ['uneven chunks', 7_000_001, [1, 65_536, 0, 999_999]],
      ['one great chunk', 9_000_000, [9_000_000]],
    ] as const)('takes %s', async (_what, sizeBytes, [first, ...more]) => {
      await using started = await start();
      const { store } = started;
      const { bytes, digest } = arbitraryBlob(sizeBytes);

      const received = await store.receive(withEmptyChunks(bytes, first, ...more), never);
      await store.publish(received, digest);

      expect(received.sizeBytes).toBe(sizeBytes);
      expect(bytes.equals(await get(store, digest))).toBe(true);
    });

    it('shows nothing before it is published', async () => {
      await using started = await start();
      const { bytes, digest } = arbitraryBlob(1_000);

      await started.store.receive(chunked(bytes, 100), never);

      expect(await started.store.stat(digest)).toBeUndefined();
      expect(await started.store.readIndex(digest)).toBeUndefined();
      await expect(started.store.read(digest, never)).rejects.toThrow(digest);
    });

    it('reads back what was received, whole and by ranges, until it is discarded', async () => {
      await using started = await start();
      const { store } = started;
      const { bytes } = arbitraryBlob(3_000_000);
      const received = await store.receive(chunked(bytes, 65_536), never);

      const whole = await buffer(await store.readReceived(received, never));
      const range = { start: 262_143, end: 2_000_001 };
      const part = await buffer(await store.readReceived(received, never, range));

      expect(whole.equals(bytes)).toBe(true);
      expect(part.equals(bytes.subarray(range.start, range.end))).toBe(true);
      const beyond = { start: 0, end: bytes.length + 1 };
      await expect(store.readReceived(received, never, beyond)).rejects.toThrow(RangeError);
      await store.discard(received);
      await expect(store.readReceived(received, never)).rejects.toThrow(ReceivedMissing);
    });

    it('leaves nothing of a source that fails, and passes its error on', async () => {
      await using started = await start();
      const failure = new Error('connection reset');

      const receiving = started.store.receive(
        failing(arbitraryBlob(3_000_000).bytes, failure),
        never,
      );

      await expect(receiving).rejects.toBe(failure);
      expect(await started.unpublished()).toEqual([]);
    });

    it.each([
      ['fewer', 999],
      ['more', 1_001],
    ])('leaves nothing when %s bytes come than were announced', async (_, came) => {
      await using started = await start();
      const { bytes } = arbitraryBlob(came);

      const receiving = started.store.receive(chunked(bytes, 100), never, 1_000);

      await expect(receiving).rejects.toThrow(WrongSize);
      expect(await started.unpublished()).toEqual([]);
    });

    it('takes exactly what was announced', async () => {
      await using started = await start();

      const received = await started.store.receive(
        chunked(arbitraryBlob(1_000).bytes, 100),
        never,
        1_000,
      );

      expect(received.sizeBytes).toBe(1_000);
    });

    it('ends at once when aborted, even while its source hangs, and leaves nothing', async () => {
      await using started = await start();
      const stop = new AbortController();
      const reason = new Error('the client went away');
      const source = hanging(arbitraryBlob(3_000_000).bytes);

      const receiving = started.store.receive(source.chunks, stop.signal);
      receiving.catch(() => {});
      await source.hangs;
      stop.abort(reason);

      await expect(receiving).rejects.toBe(reason);
      expect(await started.unpublished()).toEqual([]);
    });

    it('takes nothing when aborted before', async () => {
      await using started = await start();
      const { bytes } = arbitraryBlob(10);

      const receiving = started.store.receive(
        chunked(bytes, 1),
        AbortSignal.abort(new Error('late')),
      );

      await expect(receiving).rejects.toThrow('late');
      expect(await started.unpublished()).toEqual([]);
    });

    it('ends a source that it no longer reads', async () => {
      await using started = await start();
      let ended = false;
      async function* endless(): AsyncGenerator<Uint8Array> {
        try {
          for (;;) yield Buffer.alloc(1_000);
        } finally {
          ended = true;
        }
      }

      await expect(started.store.receive(endless(), never, 5_000)).rejects.toThrow(WrongSize);

      expect(ended).toBe(true);
    });

    it('takes a thousand small blobs at once', async () => {
      await using started = await start();
      const blobs = Array.from({ length: 1_000 }, (_, seed) => arbitraryBlob(100 + seed, seed));

      await Promise.all(blobs.map((blob) => put(started.store, blob, Buffer.from(blob.digest))));

      const sizes = await Promise.all(blobs.map(({ digest }) => started.store.stat(digest)));
      expect(sizes.map((blob) => blob?.sizeBytes)).toEqual(blobs.map(({ bytes }) => bytes.length));
      expect(await started.unpublished()).toEqual([]);
    }, 120_000);
  });
}

async function* withEmptyChunks(
  bytes: Uint8Array,
  ...sizes: readonly [number, ...number[]]
): AsyncGenerator<Uint8Array> {
  yield Buffer.alloc(0);
  yield* chunked(bytes, ...(sizes.map((size) => Math.max(size, 1)) as [number, ...number[]]));
  yield Buffer.alloc(0);
}

async function* failing(bytes: Uint8Array, failure: Error): AsyncGenerator<Uint8Array> {
  yield* chunked(bytes, 65_536);
  throw failure;
}

function hanging(bytes: Uint8Array) {
  const { promise: hangs, resolve } = Promise.withResolvers<void>();
  async function* chunks(): AsyncGenerator<Uint8Array> {
    yield* chunked(bytes, 65_536);
    resolve();
    await new Promise<never>(() => {});
  }
  return { hangs, chunks: chunks() };
}
