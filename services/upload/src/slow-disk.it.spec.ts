import type { BlobStore, FileBlobStore, Received } from '@floe/storage';
import { startPostgres } from '@floe/testing';
import { describe, expect, it } from 'vitest';

import { aTar } from './test-models.ts';
import { BUILDS, MIB, TAR, TestUploads } from './test-uploads.ts';

const SIZE_BYTES = 128 * MIB;

describe('a disk that is slower than the sender', () => {
  it('slows the sender, fills no memory, and holds nobody else up', async () => {
    const disk = new SlowDisk();
    await using upload = await TestUploads.start(await startPostgres(), {
      store: (inFolder) => disk.before(inFolder),
    });
    await using packed = await aTar({ 'small.bin': Buffer.from('x') });
    const sender = new CountingSender();

    const sending = upload.send(`${BUILDS}?filename=w.bin`, sender.bytes(), {
      'content-length': String(SIZE_BYTES),
    });
    await disk.stuck;
    await sender.isHeldUp();
    const peak = sender.sentBytes;
    const other = await fetch(`${upload.url}/healthz`);
    const refused = await upload.send(BUILDS, Buffer.from('no tar'), TAR);
    disk.goOn();

    expect(peak).toBeLessThan(SIZE_BYTES / 4);
    expect([other.status, refused.status]).toEqual([200, 400]);
    expect(await sending).toMatchObject({ status: 202 });
    expect(await upload.sendFile(packed.path, 'application/x-tar')).toMatchObject({ status: 202 });
  }, 60_000);
});

/** Takes some bytes, then nothing until it is told to go on. */
class SlowDisk {
  readonly #stuck = Promise.withResolvers<void>();
  readonly #free = Promise.withResolvers<void>();
  readonly stuck = this.#stuck.promise;

  goOn(): void {
    this.#free.resolve();
  }

  before(store: FileBlobStore): BlobStore {
    const receive = (...[bytes, ...more]: Parameters<BlobStore['receive']>): Promise<Received> =>
      store.receive(this.#slowly(bytes), ...more);
    return Object.create(store, { receive: { value: receive } }) as BlobStore;
  }

  async *#slowly(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    let taken = 0;
    for await (const chunk of bytes) {
      yield chunk;
      taken += chunk.length;
      if (taken < MIB) continue;
      this.#stuck.resolve();
      await this.#free.promise;
    }
  }
}

/** As fast as it is read. */
class CountingSender {
  sentBytes = 0;

  async *bytes(): AsyncGenerator<Uint8Array> {
    for (; this.sentBytes < SIZE_BYTES; this.sentBytes += 65_536) yield Buffer.alloc(65_536);
  }

  /** Resolves when nothing was taken from it for a while. */
  async isHeldUp(): Promise<void> {
    for (let before = -1; before !== this.sentBytes;) {
      before = this.sentBytes;
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
  }
}
