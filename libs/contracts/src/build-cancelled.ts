import { floe } from '@floe/proto';
import { z } from 'zod';

import { factOf } from './fact-of.ts';
import { identity } from './identity.ts';

const schema = z
  .object({
    ...identity,
  })
  .readonly();

export type BuildCancelled = z.output<typeof schema>;

/** The builder ended the build as asked. */
export const BuildCancelled = factOf({
  name: 'floe.builds.v1.BuildCancelled',
  topic: 'floe.builds.v1',
  keyOf: ({ buildId }) => buildId,
  idOf: ({ buildId }) => `${buildId}/cancelled`,
  wire: floe.builds.v1.BuildCancelled,
  schema,
});
