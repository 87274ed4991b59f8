import type { Descriptor, DistributionClient } from '@floe/oci';
import type { BlobReader } from '@floe/storage';

const AT_ONCE = 8;

/** Where the bytes of a blob are when the registry cannot link it. */
export interface BlobSource {
  readonly from?: string;
  open(digest: string, signal: AbortSignal): Promise<AsyncIterable<Uint8Array>>;
}

export function storeSource(store: BlobReader): BlobSource {
  return { open: (digest, signal) => store.read(digest, signal) };
}

export function repositorySource(client: DistributionClient): BlobSource {
  return { from: client.repository, open: (digest, signal) => client.getBlob(digest, signal) };
}

/** Gives the repository each blob: by a link where the registry has it already, else by sending it once. */
export async function placeBlobs(
  client: DistributionClient,
  blobs: readonly Descriptor[],
  source: BlobSource,
  signal: AbortSignal,
): Promise<{ readonly linked: number; readonly sent: number }> {
  const waiting = blobs.values();
  let linked = 0;
  let sent = 0;
  const placeAll = async (): Promise<void> => {
    for (const blob of waiting) {
      if (await client.mountBlob(blob.digest, signal, source.from)) linked += 1;
      else if (await client.headBlob(blob.digest, signal)) linked += 1;
      else {
        await client.streamBlob(blob, (attempt) => source.open(blob.digest, attempt), signal);
        sent += 1;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, blobs.length) }, placeAll));
  return { linked, sent };
}
