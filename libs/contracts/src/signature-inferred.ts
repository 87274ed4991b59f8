import { floe } from '@floe/proto';
import { z } from 'zod';

import { factOf } from './fact-of.ts';
import { identity, instant } from './identity.ts';
import { inference } from './signature.ts';
import { upload, warning } from './upload.ts';

const schema = z
  .object({
    ...identity,
    upload,
    inference,
    warnings: z.array(warning).readonly(),
    startedAt: instant,
  })
  .readonly();

export type SignatureInferred = z.output<typeof schema>;

/** The files were read and the build goes on with the signature. */
export const SignatureInferred = factOf({
  name: 'floe.signatures.v1.SignatureInferred',
  topic: 'floe.signatures.v1',
  keyOf: ({ buildId }) => buildId,
  idOf: ({ buildId }) => `${buildId}/inferred`,
  wire: floe.signatures.v1.SignatureInferred,
  schema,
});
