import { buffer } from 'node:stream/consumers';
import { crc32 } from 'node:zlib';

import { describe, expect, it } from 'vitest';

import { ReceivedMissing, WrongSize } from '../errors.ts';
import { partCount, partRange, type PartUpload, type PartUploads } from '../part-uploads.ts';
import { arbitraryBlob, chunked } from './arbitrary-blob.ts';
import { get, never, type StartedStore } from './started-store.ts';

const TOMORROW = new Date(Date.now() + 86_400_000);

/** What every store must do with parts; `PART` are the bytes of one. */
export function describePartUploads(
  name: string,
  start: () => Promise<StartedStore>,
  PART = 300_000,
): void {
  const SIZE = 3 * PART + 100_001;
  describe(`${name} takes parts`, () => {
    it.each([
      ['in order', [1, 2, 3, 4]],
      ['in any order', [4, 2, 1, 3]],
      ['again', [3, 1, 1, 4, 2, 3]],
    ])('%s, and the whole is the blob', async (_, order) => {
      await using started = await start();
      const { store } = started;
      const { bytes, digest } = arbitraryBlob(SIZE);
      const upload = await store.parts.open(SIZE, PART);

      for (const number of order) await writePart(store.parts, upload, number, bytes);
      await store.publish(await store.parts.finish(upload), digest, Buffer.from('index'));

      expect(bytes.equals(await get(store, digest))).toBe(true);
      expect(await started.unpublished()).toEqual([]);
    });

    it('at the same time', async () => {
      await using started = await start();
      const { store } = started;
      const { bytes, digest } = arbitraryBlob(SIZE);
      const upload = await store.parts.open(SIZE, PART);

      await Promise.all([1, 2, 3, 4].map((n) => writePart(store.parts, upload, n, bytes)));
      await store.publish(await store.parts.finish(upload), digest);

      expect(bytes.equals(await get(store, digest))).toBe(true);
    });

    it('and goes on in another process', async () => {
      await using started = await start();
      const { bytes, digest } = arbitraryBlob(SIZE);
      const upload = await started.store.parts.open(SIZE, PART);
      await writePart(started.store.parts, upload, 2, bytes);

      const other = await started.another();
      for (const number of [4, 1, 3]) await writePart(other.parts, upload, number, bytes);
      await other.publish(await other.parts.finish(upload), digest);

      expect(bytes.equals(await get(started.store, digest))).toBe(true);
    });

    it.each([
      ['fewer', PART - 1],
      ['more', PART + 1],
    ])(
      'and refuses %s bytes than a part has, which leave the others as they were',
      async (_, n) => {
        await using started = await start();
        const { store } = started;
        const { bytes, digest } = arbitraryBlob(SIZE);
        const upload = await store.parts.open(SIZE, PART);
        for (const number of [1, 3, 4]) await writePart(store.parts, upload, number, bytes);

        const writing = store.parts.write(
          upload,
          { number: 2, bytes: chunked(Buffer.alloc(n), 1_000), crc32: 0 },
          never,
        );

        await expect(writing).rejects.toThrow(WrongSize);
        await writePart(store.parts, upload, 2, bytes);
        await store.publish(await store.parts.finish(upload), digest);
        expect(bytes.equals(await get(store, digest))).toBe(true);
      },
    );

    it.each([0, 5, 1.5])('and has no part %d', async (number) => {
      await using started = await start();
      const upload = await started.store.parts.open(SIZE, PART);

      const writing = started.store.parts.write(
        upload,
        { number, bytes: chunked(Buffer.of(), 1), crc32: 0 },
        never,
      );

      expect(partCount(upload)).toBe(4);
      await expect(writing).rejects.toThrow(RangeError);
    });

    it('and ends at once when aborted', async () => {
      await using started = await start();
      const upload = await started.store.parts.open(SIZE, PART);
      const stop = new AbortController();

      const writing = started.store.parts.write(
        upload,
        { number: 1, bytes: hanging(), crc32: 0 },
        stop.signal,
      );
      stop.abort(new Error('the client went away'));

      await expect(writing).rejects.toThrow('the client went away');
    });

    it('and gives the whole again, to each who finishes it', async () => {
      await using started = await start();
      const { parts } = started.store;
      const { bytes } = arbitraryBlob(SIZE);
      const upload = await parts.open(SIZE, PART);
      for (const number of [1, 2, 3, 4]) await writePart(parts, upload, number, bytes);

      const other = await started.another();
      const all = await Promise.all([parts.finish(upload), other.parts.finish(upload)]);

      const whole = { key: upload.key, sizeBytes: SIZE };
      expect([...all, await parts.finish(upload)]).toEqual([whole, whole, whole]);
      expect(bytes.equals(await buffer(await other.readReceived(whole, never)))).toBe(true);
    });

    it('and leaves them when they are published', async () => {
      await using started = await start();
      const { store } = started;
      const { bytes, digest } = arbitraryBlob(SIZE);
      const upload = await store.parts.open(SIZE, PART);
      for (const number of [1, 2, 3, 4]) await writePart(store.parts, upload, number, bytes);
      await store.publish(await store.parts.finish(upload), digest);

      await store.parts.abort(upload);
      await store.sweep(TOMORROW);

      expect(bytes.equals(await get(store, digest))).toBe(true);
    });

    it('and drops them when told to, or swept', async () => {
      await using started = await start();
      const { store } = started;
      const { bytes } = arbitraryBlob(SIZE);
      const [dropped, swept] = [
        await store.parts.open(SIZE, PART),
        await store.parts.open(SIZE, PART),
      ];
      await writePart(store.parts, dropped, 1, bytes);
      await writePart(store.parts, swept, 1, bytes);

      await store.parts.abort(dropped);
      await store.parts.abort(dropped);

      expect(await started.unpublished()).toEqual([swept.key]);
      expect(await store.sweep(TOMORROW)).toBe(1);
      await expect(store.parts.finish(swept)).rejects.toThrow(ReceivedMissing);
      expect(await started.unpublished()).toEqual([]);
    });
  });
}

function writePart(
  parts: PartUploads,
  upload: PartUpload,
  number: number,
  bytes: Buffer,
): Promise<void> {
  const { start, end } = partRange(upload, number);
  const part = bytes.subarray(start, end);
  const body = { number, bytes: chunked(part, 1_000, 99_999), crc32: crc32(part) };
  return parts.write(upload, body, never);
}

async function* hanging(): AsyncGenerator<Uint8Array> {
  yield Buffer.of(1);
  await new Promise<never>(() => {});
}
