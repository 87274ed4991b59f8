import { ImageNotVerified } from '../errors.ts';
import type { Descriptor, Image } from '../image.ts';
import { isForeignLayer } from '../media-types.ts';
import type { DistributionClient } from './distribution-client.ts';

const AT_ONCE = 8;

/**
 * Reads an image back: its manifest byte for byte, of each blob that it is there in its size. Throws
 * ImageNotVerified: a registry that said 201 may still have lost what it took.
 */
export async function verifyImage(
  client: DistributionClient,
  image: Image,
  signal: AbortSignal,
): Promise<void> {
  await verifyManifest(client, image, signal);
  const waiting = [image.config, ...image.layers]
    .filter(({ mediaType }) => !isForeignLayer(mediaType))
    .values();
  const verifyAll = async (): Promise<void> => {
    for (const blob of waiting) await verifyBlob(client, blob, signal);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, verifyAll));
}

/**
 * Reads the manifest back, byte for byte: all there is to read where a manifest is not taken without its blobs.
 * Throws ImageNotVerified.
 */
export async function verifyManifest(
  client: DistributionClient,
  { manifest }: Image,
  signal: AbortSignal,
): Promise<void> {
  const stored = await client.getManifest(manifest.digest, signal);
  if (stored === undefined) throw new ImageNotVerified(`manifest ${manifest.digest} is not there`);
  if (stored.mediaType !== manifest.mediaType) {
    throw new ImageNotVerified(`manifest ${manifest.digest} came back as ${stored.mediaType}`);
  }
}

async function verifyBlob(
  client: DistributionClient,
  { digest, sizeBytes }: Descriptor,
  signal: AbortSignal,
): Promise<void> {
  const stored = await client.headBlob(digest, signal);
  if (stored === undefined) throw new ImageNotVerified(`blob ${digest} is not there`);
  if (stored.sizeBytes !== sizeBytes) {
    throw new ImageNotVerified(`blob ${digest} has ${stored.sizeBytes} bytes, not ${sizeBytes}`);
  }
}
