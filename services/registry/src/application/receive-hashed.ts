import { createHash } from 'node:crypto';

import { digestFrom } from '@floe/oci';
import type { BlobStore } from '@floe/storage';

import type { Chunk } from '../domain/upload.ts';

/** Stores the bytes while hashing them; throws what `receive` throws. */
export async function receiveHashed(
  store: BlobStore,
  bytes: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
  sizeBytes?: number,
): Promise<Chunk> {
  const hash = createHash('sha256');
  const received = await store.receive(hashed(bytes, hash), signal, sizeBytes);
  return { ...received, digest: digestFrom(hash) };
}

async function* hashed(
  bytes: AsyncIterable<Uint8Array>,
  hash: ReturnType<typeof createHash>,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of bytes) {
    hash.update(chunk);
    yield chunk;
  }
}
