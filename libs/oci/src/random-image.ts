import { randomBytes } from 'node:crypto';

import { assembleImage } from './assemble-image.ts';
import { contentOf } from './content.ts';
import { contractLayer } from './contract-layer.ts';
import type { Content, Image } from './image.ts';
import { OCI_LAYER } from './media-types.ts';
import { BLOCK_BYTES, ustarHeader } from './ustar-header.ts';

export interface RandomImage extends Image {
  /** The bytes of all layers, lowest first. */
  readonly contents: readonly Content[];
}

/** A valid image of one contract layer and `layers` model layers, each with one file of random bytes; for tests. */
export function randomImage({ layers = 1, layerBytes = 1_024 } = {}): RandomImage {
  const contract = contractLayer(randomBytes(32));
  const models = Array.from({ length: layers }, (_, at) => randomLayer(`${at}.bin`, layerBytes));
  const image = assembleImage({
    contract,
    layers: models,
    labels: { MODEL_NAME: 'random' },
    workingDir: '/model/files',
  });
  return { ...image, contents: [contract, ...models] };
}

function randomLayer(fileName: string, sizeBytes: number): Content {
  const padded = Math.ceil(sizeBytes / BLOCK_BYTES) * BLOCK_BYTES;
  const body = Buffer.alloc(padded + 2 * BLOCK_BYTES);
  body.set(randomBytes(sizeBytes));
  return contentOf(
    OCI_LAYER,
    Buffer.concat([
      ustarHeader({ name: 'model/', type: 'directory', sizeBytes: 0 }),
      ustarHeader({ name: 'model/files/', type: 'directory', sizeBytes: 0 }),
      ustarHeader({ name: `model/files/${fileName}`, type: 'file', sizeBytes }),
      body,
    ]),
  );
}
