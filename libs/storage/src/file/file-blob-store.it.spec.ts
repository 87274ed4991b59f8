import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { describeBlobStore, describePartUploads, type StartedStore } from '../contract/index.ts';
import { FileBlobStore } from './file-blob-store.ts';

describeBlobStore('FileBlobStore', startFileStore);
describePartUploads('FileBlobStore', startFileStore);

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
