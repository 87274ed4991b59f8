import { fileURLToPath } from 'node:url';

import type { BlobStore } from './blob-store.ts';
import { FileBlobStore } from './file/file-blob-store.ts';
import { S3BlobStore } from './s3/s3-blob-store.ts';

interface StoreKeys {
  readonly accessKey: string;
  readonly secretKey: string;
}

/**
 * The store of a setting: `file:folder` in the working folder, `file:///folder`, or
 * `s3://bucket?endpoint=…&region=…&pathStyle=true`, which needs the keys. Throws TypeError for any other text; a bucket
 * that cannot be reached is told by `check()`.
 */
export async function openBlobStore(url: string, keys?: StoreKeys): Promise<BlobStore> {
  if (url.startsWith('file:/')) return FileBlobStore.open(fileURLToPath(url));
  if (url.startsWith('file:')) return FileBlobStore.open(url.slice('file:'.length));
  if (keys === undefined) throw new TypeError(`no keys for the store ${url}`);
  return S3BlobStore.at(url, keys);
}
