import { z } from 'zod';

import { digestOf } from './digest.ts';
import { ImageInvalid } from './errors.ts';
import type { Content, Image } from './image.ts';
import { OCI_LAYER } from './media-types.ts';
import { parseJson } from './parse-json.ts';
import { parseManifest } from './parse-manifest.ts';

const configDocument = z.object({
  architecture: z.string().min(1),
  os: z.string().min(1),
  rootfs: z.object({ type: z.literal('layers'), diff_ids: z.array(z.string()) }),
  history: z.array(z.object({ empty_layer: z.boolean().optional() })).optional(),
});

/** Throws ImageInvalid with the first place where manifest, config, layers and their digests do not fit together. */
export function validateImage({ manifest, config, layers }: Image): void {
  proven('manifest', manifest);
  proven('config', config);
  const parsed = parseManifest(manifest.bytes, manifest.mediaType);
  const stated = JSON.stringify(parsed.blobs.map(keyOf));
  if (stated !== JSON.stringify([config, ...layers].map(keyOf))) {
    throw new ImageInvalid('the manifest names other blobs than the image has');
  }

  const { rootfs, history } = configDocument.parse(parseJson(config.bytes));
  const steps = history?.filter((entry) => entry.empty_layer !== true).length ?? layers.length;
  if (rootfs.diff_ids.length !== layers.length || steps !== layers.length) {
    throw new ImageInvalid('config and manifest have different numbers of layers');
  }
  for (const [at, { mediaType, digest }] of layers.entries()) {
    if (mediaType === OCI_LAYER && rootfs.diff_ids[at] !== digest) {
      throw new ImageInvalid(`the diff id of the uncompressed layer ${at} is not its digest`);
    }
  }
}

function proven(name: string, { digest, sizeBytes, bytes }: Content): void {
  if (bytes.length !== sizeBytes || digestOf(bytes) !== digest) {
    throw new ImageInvalid(`the bytes of the ${name} are not those that its descriptor names`);
  }
}

function keyOf({ mediaType, digest, sizeBytes }: Image['layers'][number]): readonly unknown[] {
  return [mediaType, digest, sizeBytes];
}
