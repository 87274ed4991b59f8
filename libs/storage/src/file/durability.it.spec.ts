import { mkdtemp, open, readlink, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';

import { describe, expect, it, vi } from 'vitest';

import { arbitraryBlob, chunked } from '../contract/arbitrary-blob.ts';
import { never } from '../contract/started-store.ts';
import { FileBlobStore } from './file-blob-store.ts';

describe('FileBlobStore', () => {
  it('fsyncs every file and every folder that gets a new name, in the order of its promises', async () => {
    await using watched = await watchSyncs();
    const { bytes, digest } = arbitraryBlob(1_000);
    const prefix = digest.slice('sha256:'.length, 'sha256:'.length + 2);

    const store = await FileBlobStore.open(join(watched.path, 'store'));
    expect(watched.take()).toEqual(['', 'store']);

    const received = await store.receive(chunked(bytes, 100), never);
    expect(watched.take()).toEqual([`store/objects/${received.key}`, 'store/objects']);

    await store.publish(received, digest, Buffer.from('index'));
    expect(watched.take()).toEqual([
      // Its name among the objects is never relied on.
      expect.stringMatching(/^store\/objects\/.*\.index$/),
      'store',
      'store/indexes',
      'store/indexes/sha256',
      `store/indexes/sha256/${prefix}`,
      'store',
      'store/blobs',
      'store/blobs/sha256',
      `store/blobs/sha256/${prefix}`,
    ]);
  });

  it('fsyncs the folder of a blob that another process may just have moved there', async () => {
    await using watched = await watchSyncs();
    const { bytes, digest } = arbitraryBlob(1_000);
    const store = await FileBlobStore.open(watched.path);
    const [first, second] = [
      await store.receive(chunked(bytes, 100), never),
      await store.receive(chunked(bytes, 100), never),
    ];
    await store.publish(first, digest);
    const other = await FileBlobStore.open(watched.path);
    watched.take();

    await other.publish(second, digest);

    expect(watched.take().at(-1)).toMatch(/^blobs\/sha256\/..$/);
  });
});

/** Sees every fsync below its folder. */
async function watchSyncs() {
  const path = await mkdtemp(join(tmpdir(), 'floe-durability-'));
  await using folder = await open(path);
  const prototype = Object.getPrototypeOf(folder) as typeof folder;
  const synced: string[] = [];
  const spy = vi.spyOn(prototype, 'sync').mockImplementation(async function record(
    this: typeof folder,
  ) {
    const name = relative(path, await readlink(`/proc/self/fd/${this.fd}`));
    await this.datasync();
    synced.push(name);
  });
  return {
    path,
    take: () => synced.splice(0),
    async [Symbol.asyncDispose]() {
      spy.mockRestore();
      await rm(path, { recursive: true });
    },
  };
}
