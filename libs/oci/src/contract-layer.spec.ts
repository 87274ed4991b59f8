import { describe, expect, it } from 'vitest';

import { contractLayer } from './contract-layer.ts';

describe('contractLayer', () => {
  it('has the digest that an independent reading of Layout 1 gives', () => {
    const layer = contractLayer(Buffer.from('contract'));

    expect(layer).toMatchObject({
      mediaType: 'application/vnd.oci.image.layer.v1.tar',
      digest: 'sha256:90927c4c25c178341d7ef678704a7e97e3d957dad27afc2264df3eb7a5d4e836',
      sizeBytes: 2_560,
    });
  });

  it('pads a contract that fills its last block with nothing', () => {
    const layer = contractLayer(Buffer.alloc(1_024));

    expect(layer.sizeBytes).toBe(2 * 512 + 1_024 + 2 * 512);
  });
});
