import { floe } from '@floe/proto';
import { z } from 'zod';

import { factOf } from './fact-of.ts';
import { identity } from './identity.ts';

const schema = z
  .object({
    ...identity,
  })
  .readonly();

export type BuildCancelRequested = z.output<typeof schema>;

/** Somebody wants the build to end; the stage that holds it decides. */
export const BuildCancelRequested = factOf({
  name: 'floe.uploads.v1.BuildCancelRequested',
  topic: 'floe.uploads.v1',
  keyOf: ({ buildId }) => buildId,
  idOf: ({ buildId }) => `${buildId}/cancel-requested`,
  wire: floe.uploads.v1.BuildCancelRequested,
  schema,
});
