import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, it } from 'vitest';

import { arbitraryBlob, chunked } from '../contract/arbitrary-blob.ts';
import { describeBlobStore, describePartUploads, type StartedStore } from '../contract/index.ts';
import { never } from '../contract/started-store.ts';
import { FileBlobStore } from './file-blob-store.ts';

describeBlobStore('FileBlobStore', startFileStore);
describePartUploads('FileBlobStore', startFileStore);

it('FileBlobStore shows each written part at its place to a thread', async () => {
  await using started = await startFileStore();
  const { bytes } = arbitraryBlob(100_000);
  const upload = await started.store.parts.open(1_000_000, 100_000);

  await started.store.parts.write(
    upload,
    { number: 3, bytes: chunked(bytes, 30_000), crc32: 0 },
    never,
  );

  const file = await readFile(started.store.parts.localFile(upload) ?? '');
  expect(file.subarray(200_000, 300_000).equals(bytes)).toBe(true);
});

async function startFileStore(): Promise<StartedStore> {
  const parent = await mkdtemp(join(tmpdir(), 'floe-store-'));
  const directory = join(parent, 'new', 'store');
  return {
    store: await FileBlobStore.open(directory),
    another: () => FileBlobStore.open(directory),
    unpublished: () => readdir(join(directory, 'objects')),
    [Symbol.asyncDispose]: () => rm(parent, { recursive: true }),
  };
}
