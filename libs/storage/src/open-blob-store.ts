import { fileURLToPath } from 'node:url';

import type { BlobStore } from './blob-store.ts';
import { FileBlobStore } from './file/file-blob-store.ts';

/**
 * Opens the store that the address names: `file:folder`, relative to the working folder, or `file:///folder`.
 * Rejects when the store cannot be reached.
 */
export function openBlobStore(url: string): Promise<BlobStore> {
  return FileBlobStore.open(
    url.startsWith('file:/') ? fileURLToPath(url) : url.slice('file:'.length),
  );
}
