import { describe, expect, it } from 'vitest';

import { InvalidName } from '../errors.ts';
import { arbitraryBlob, chunked } from './arbitrary-blob.ts';
import { never, type StartedStore } from './started-store.ts';

const HEX = 'a'.repeat(64);

export function describeNames(start: () => Promise<StartedStore>): void {
  describe('names', () => {
    it.each([
      '',
      HEX,
      `sha256:${HEX.toUpperCase()}`,
      `sha256:${HEX}a`,
      `sha256:${HEX.slice(1)}`,
      `sha256:${HEX}\n`,
      `sha512:${HEX}`,
      `sha256:../../../../etc/passwd`,
      `sha256:${'../'.repeat(21)}a`,
    ])('refuses %j where a digest is wanted', async (digest) => {
      await using started = await start();
      const { store } = started;
      const received = await store.receive(chunked(arbitraryBlob(10).bytes, 1), never);

      await expect(store.stat(digest)).rejects.toThrow(InvalidName);
      await expect(store.read(digest, never)).rejects.toThrow(InvalidName);
      await expect(store.readIndex(digest)).rejects.toThrow(InvalidName);
      await expect(store.publish(received, digest)).rejects.toThrow(InvalidName);
    });

    it.each(['', '..', '../blobs', 'a/b', HEX])('refuses %j where a key is wanted', async (key) => {
      await using started = await start();
      const received = { key, sizeBytes: 10 };

      await expect(started.store.discard(received)).rejects.toThrow(InvalidName);
      await expect(started.store.publish(received, `sha256:${HEX}`)).rejects.toThrow(InvalidName);
    });
  });
}
