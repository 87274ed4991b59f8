import { expect, it } from 'vitest';

import {
  checkCanonical,
  decodeIndex,
  encodeIndex,
  LayerVerifier,
  layOut,
  writeLayer,
} from './index.ts';

const FILES = 100_000;

it('carries a hundred thousand small files from the plan to the commit', async () => {
  const items = Array.from({ length: FILES }, (_, index) => ({
    path: `shard-${index % 317}/part-${index % 1009}/sample ${index}.json`,
    sizeBytes: 120,
  }));
  const content = Buffer.alloc(120, '{"x":1}');
  const layers = [];

  for (const plan of layOut(items)) {
    const verifier = new LayerVerifier();
    let sizeBytes = 0;
    for await (const chunk of writeLayer(plan, async function* open() {
      yield content;
    })) {
      verifier.write(chunk);
      sizeBytes += chunk.length;
    }
    layers.push({ sizeBytes, index: decodeIndex(encodeIndex(verifier.end())) });
  }

  expect(checkCanonical(layers)).toEqual([]);
  expect(layers.flatMap(({ index }) => index.files)).toHaveLength(FILES);
});
