import { floe } from '@floe/proto';
import { z } from 'zod';

import { factOf } from './fact-of.ts';
import { digest, identity } from './identity.ts';

const schema = z
  .object({
    ...identity,
    imageDigest: digest,
    version: z.int().positive(),
    repository: z.string().min(1),
  })
  .readonly();

export type ImagePublished = z.output<typeof schema>;

/** The version's tag resolves in the registry to the version's digest. */
export const ImagePublished = factOf({
  name: 'floe.images.v1.ImagePublished',
  topic: 'floe.images.v1',
  keyOf: ({ team, model }) => `${team}/${model}`,
  idOf: ({ buildId }) => `${buildId}/published`,
  wire: floe.images.v1.ImagePublished,
  schema,
});
