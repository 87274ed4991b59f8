import { floe } from '@floe/proto';
import { z } from 'zod';

import { factOf } from './fact-of.ts';
import { identity } from './identity.ts';

const schema = z
  .object({
    ...identity,
    code: z.string().min(1),
    message: z.string().min(1),
    hint: z.string().optional(),
  })
  .readonly();

export type BuildFailed = z.output<typeof schema>;

/** The builder reports that the build cannot succeed. */
export const BuildFailed = factOf({
  name: 'floe.builds.v1.BuildFailed',
  topic: 'floe.builds.v1',
  keyOf: ({ buildId }) => buildId,
  idOf: ({ buildId }) => `${buildId}/failed`,
  wire: floe.builds.v1.BuildFailed,
  schema,
});
