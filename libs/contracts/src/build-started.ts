import { floe } from '@floe/proto';
import { z } from 'zod';

import { factOf } from './fact-of.ts';
import { identity } from './identity.ts';

const schema = z
  .object({
    ...identity,
    attempt: z.int().positive(),
  })
  .readonly();

export type BuildStarted = z.output<typeof schema>;

/** A builder works on the build. */
export const BuildStarted = factOf({
  name: 'floe.builds.v1.BuildStarted',
  topic: 'floe.builds.v1',
  keyOf: ({ buildId }) => buildId,
  idOf: ({ buildId, attempt }) => `${buildId}/started/${attempt}`,
  wire: floe.builds.v1.BuildStarted,
  schema,
});
