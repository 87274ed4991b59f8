import { contentOf } from './content.ts';
import type { Content } from './image.ts';
import { OCI_LAYER } from './media-types.ts';
import { BLOCK_BYTES, ustarHeader } from './ustar-header.ts';

/** The layer that holds `/model/contract.protobin`, under the same header rules as the model's own layers. */
export function contractLayer(protobin: Uint8Array): Content {
  const padding = (BLOCK_BYTES - (protobin.length % BLOCK_BYTES)) % BLOCK_BYTES;
  const tar = Buffer.concat([
    ustarHeader({ name: 'model/', type: 'directory', sizeBytes: 0 }),
    ustarHeader({ name: 'model/contract.protobin', type: 'file', sizeBytes: protobin.length }),
    protobin,
    Buffer.alloc(padding + 2 * BLOCK_BYTES),
  ]);
  return contentOf(OCI_LAYER, tar);
}
