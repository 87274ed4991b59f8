import { describe, expect, it } from 'vitest';

import { arbitraryBlob, chunked } from './arbitrary-blob.ts';
import { get, never, put, type StartedStore } from './started-store.ts';

const A_MINUTE_MS = 60_000;

export function describeSweeping(start: () => Promise<StartedStore>): void {
  describe('sweep', () => {
    it('drops received bytes that are old enough', async () => {
      await using started = await start();
      await started.store.receive(chunked(arbitraryBlob(10).bytes, 1), never);
      await started.store.receive(chunked(arbitraryBlob(20).bytes, 1), never);

      const swept = await started.store.sweep(new Date(Date.now() + A_MINUTE_MS));

      expect(swept).toBe(2);
      expect(await started.unpublished()).toEqual([]);
    });

    it('keeps young ones, and whatever is published', async () => {
      await using started = await start();
      const published = arbitraryBlob(10);
      await put(started.store, published, Buffer.from('index'));
      const young = arbitraryBlob(20);
      const received = await started.store.receive(chunked(young.bytes, 1), never);

      expect(await started.store.sweep(new Date(Date.now() - A_MINUTE_MS))).toBe(0);
      await started.store.publish(received, young.digest);
      expect(await started.store.sweep(new Date(Date.now() + A_MINUTE_MS))).toBe(0);

      for (const { bytes, digest } of [published, young])
        expect(bytes.equals(await get(started.store, digest))).toBe(true);
      expect(await started.store.readIndex(published.digest)).toBeDefined();
    });
  });

  describe('check', () => {
    it('proves that the store takes bytes, and leaves nothing', async () => {
      await using started = await start();

      const { freeBytes } = await started.store.check(never);

      expect(freeBytes ?? 1).toBeGreaterThan(0);
      expect(await started.unpublished()).toEqual([]);
    });
  });
}
