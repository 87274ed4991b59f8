import { floe } from '@floe/proto';
import { z } from 'zod';

import { factOf } from './fact-of.ts';
import { identity, instant } from './identity.ts';
import { inference } from './signature.ts';

const schema = z
  .object({
    ...identity,
    code: z.string().min(1),
    message: z.string().min(1),
    hint: z.string().optional(),
    inference: inference.optional(),
    cancelled: z.boolean(),
    startedAt: instant.optional(),
  })
  .readonly();

export type SignatureRejected = z.output<typeof schema>;

/** The build ends at inference: refused, unreadable, or cancelled while inference held it. */
export const SignatureRejected = factOf({
  name: 'floe.signatures.v1.SignatureRejected',
  topic: 'floe.signatures.v1',
  keyOf: ({ buildId }) => buildId,
  idOf: ({ buildId }) => `${buildId}/rejected`,
  wire: floe.signatures.v1.SignatureRejected,
  schema,
});
