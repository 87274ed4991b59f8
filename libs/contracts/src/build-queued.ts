import { floe } from '@floe/proto';
import { z } from 'zod';

import { factOf } from './fact-of.ts';
import { identity } from './identity.ts';

const schema = z
  .object({
    ...identity,
  })
  .readonly();

export type BuildQueued = z.output<typeof schema>;

/** The build waits for a builder. */
export const BuildQueued = factOf({
  name: 'floe.builds.v1.BuildQueued',
  topic: 'floe.builds.v1',
  keyOf: ({ buildId }) => buildId,
  idOf: ({ buildId }) => `${buildId}/queued`,
  wire: floe.builds.v1.BuildQueued,
  schema,
});
