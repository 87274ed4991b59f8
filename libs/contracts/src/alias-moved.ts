import { floe } from '@floe/proto';
import { z } from 'zod';

import { factOf } from './fact-of.ts';
import { digest, identity } from './identity.ts';

const schema = z
  .object({
    ...identity,
    alias: z.string().min(1),
    version: z.int().positive().optional(),
    imageDigest: digest.optional(),
    sequence: z.int().positive(),
  })
  .readonly();

export type AliasMoved = z.output<typeof schema>;

/** An alias names another version, or none any more. */
export const AliasMoved = factOf({
  name: 'floe.versions.v1.AliasMoved',
  topic: 'floe.versions.v1',
  keyOf: ({ team, model }) => `${team}/${model}`,
  idOf: ({ team, model, alias, sequence }) => `${team}/${model}/alias/${alias}/${sequence}`,
  wire: floe.versions.v1.AliasMoved,
  schema,
});
