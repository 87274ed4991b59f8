import { buffer } from 'node:stream/consumers';

import type { BlobStore, ByteRange } from '../blob-store.ts';
import { type ArbitraryBlob, chunked } from './arbitrary-blob.ts';

/** An empty store, as an adapter's test starts it. */
export interface StartedStore extends AsyncDisposable {
  readonly store: BlobStore;
  /** Opens the same bytes once more, as another process does. */
  another(): Promise<BlobStore>;
  /** Keys of everything that was received and neither published nor removed, whole or not. */
  unpublished(): Promise<readonly string[]>;
}

/** For what no test aborts. */
export const never: AbortSignal = new AbortController().signal;

export async function put(
  store: BlobStore,
  { bytes, digest }: ArbitraryBlob,
  index?: Uint8Array,
): Promise<void> {
  const received = await store.receive(chunked(bytes, 65_536), never);
  await store.publish(received, digest, index);
}

export async function get(store: BlobStore, digest: string, range?: ByteRange): Promise<Buffer> {
  return buffer(await store.read(digest, never, range));
}
