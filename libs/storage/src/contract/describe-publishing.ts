import { setImmediate as turn } from 'node:timers/promises';

import { describe, expect, it } from 'vitest';

import type { BlobStore } from '../blob-store.ts';
import { BlobMissing, ReceivedMissing } from '../errors.ts';
import { arbitraryBlob, chunked } from './arbitrary-blob.ts';
import { get, never, put, type StartedStore } from './started-store.ts';

export function describePublishing(start: () => Promise<StartedStore>): void {
  describe('publish', () => {
    it('makes bytes and index visible, to other processes too', async () => {
      await using started = await start();
      const { bytes, digest } = arbitraryBlob(3_000_000);
      const index = Buffer.from('the index');

      await put(started.store, { bytes, digest }, index);

      for (const store of [started.store, await started.another()]) {
        expect(await store.stat(digest)).toEqual({ digest, sizeBytes: bytes.length });
        expect(bytes.equals(await get(store, digest))).toBe(true);
        expect(await indexOf(store, digest)).toBe('the index');
      }
    });

    it('publishes what another process received', async () => {
      await using started = await start();
      const { bytes, digest } = arbitraryBlob(1_000);
      const { key, sizeBytes } = await started.store.receive(chunked(bytes, 100), never);

      await (await started.another()).publish({ key, sizeBytes }, digest);

      expect(bytes.equals(await get(started.store, digest))).toBe(true);
    });

    it('succeeds again when it is told again', async () => {
      await using started = await start();
      const { store } = started;
      const { bytes, digest } = arbitraryBlob(1_000);
      const received = await store.receive(chunked(bytes, 100), never);

      await store.publish(received, digest, Buffer.from('index'));
      await store.publish(received, digest, Buffer.from('index'));

      expect(bytes.equals(await get(store, digest))).toBe(true);
    });

    it('keeps the blob that is there, and the received bytes go', async () => {
      await using started = await start();
      const blob = arbitraryBlob(1_000);

      await put(started.store, blob, Buffer.from('first'));
      await put(started.store, blob, Buffer.from('second'));

      expect(await indexOf(started.store, blob.digest)).toBe('first');
      expect(await started.unpublished()).toEqual([]);
    });

    it('adds an index to a blob that had none', async () => {
      await using started = await start();
      const blob = arbitraryBlob(1_000);

      await put(started.store, blob);
      expect(await indexOf(started.store, blob.digest)).toBeUndefined();
      await put(started.store, blob, Buffer.from('index'));

      expect(await indexOf(started.store, blob.digest)).toBe('index');
    });

    it('lets many writers of one blob succeed at once, in several processes', async () => {
      await using started = await start();
      const blob = arbitraryBlob(200_000);
      const other = await started.another();
      const writers = Array.from({ length: 20 }, (_, at) => (at % 2 ? started.store : other));

      await Promise.all(writers.map((store) => put(store, blob, Buffer.from('index'))));

      expect(blob.bytes.equals(await get(started.store, blob.digest))).toBe(true);
      expect(await started.unpublished()).toEqual([]);
    });

    it('lets one upload be published by several at once', async () => {
      await using started = await start();
      const { bytes, digest } = arbitraryBlob(1_000);
      const received = await started.store.receive(chunked(bytes, 100), never);
      const stores = await Promise.all(Array.from({ length: 8 }, () => started.another()));

      await Promise.all(stores.map((store) => store.publish(received, digest, Buffer.from('i'))));

      expect(bytes.equals(await get(started.store, digest))).toBe(true);
      expect(await started.unpublished()).toEqual([]);
    });

    it('says that there is nothing to publish after it was discarded', async () => {
      await using started = await start();
      const { store } = started;
      const { bytes, digest } = arbitraryBlob(1_000);
      const received = await store.receive(chunked(bytes, 100), never);

      await store.discard(received);
      await store.discard(received);

      await expect(store.publish(received, digest)).rejects.toThrow(ReceivedMissing);
      expect(await store.stat(digest)).toBeUndefined();
      expect(await started.unpublished()).toEqual([]);
    });

    it('never shows a part of a blob to those who look meanwhile', async () => {
      await using started = await start();
      const blob = arbitraryBlob(4_000_000);
      const other = await started.another();
      const look = async (): Promise<void> => {
        for (;;) {
          const bytes = await get(other, blob.digest).catch(ifMissing);
          // Where it costs no wait to see that nothing is there, the looks leave nobody else a turn.
          await turn();
          if (bytes === undefined) continue;
          expect(bytes.equals(blob.bytes)).toBe(true);
          return;
        }
      };

      await Promise.all([look(), put(started.store, blob), put(started.store, blob), look()]);
    });
  });
}

function ifMissing(error: unknown): undefined {
  if (!(error instanceof BlobMissing)) throw error;
}

async function indexOf(store: BlobStore, digest: string): Promise<string | undefined> {
  const index = await store.readIndex(digest);
  return index && Buffer.from(index).toString();
}
