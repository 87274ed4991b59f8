import { floe } from '@floe/proto';
import { z } from 'zod';

import { factOf } from './fact-of.ts';
import { digest, identity, instant, sizeBytes } from './identity.ts';
import { inference } from './signature.ts';
import { warning } from './upload.ts';

const schema = z
  .object({
    ...identity,
    outcome: z.enum(['released', 'failed', 'cancelled']),
    version: z.int().positive().optional(),
    imageDigest: digest.optional(),
    imageBytes: sizeBytes.optional(),
    stage: z.string().optional(),
    code: z.string().optional(),
    message: z.string().optional(),
    hint: z.string().optional(),
    inference: inference.optional(),
    warnings: z.array(warning).readonly(),
    timeline: z.array(z.object({ state: z.string(), at: instant }).readonly()).readonly(),
  })
  .readonly();

export type BuildEnded = z.output<typeof schema>;

/** The one end of a build. */
export const BuildEnded = factOf({
  name: 'floe.outcomes.v1.BuildEnded',
  topic: 'floe.outcomes.v1',
  keyOf: ({ buildId }) => buildId,
  idOf: ({ buildId }) => `${buildId}/ended`,
  wire: floe.outcomes.v1.BuildEnded,
  schema,
});
