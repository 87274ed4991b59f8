import type { BuildSpec } from '@floe/contracts';
import { contractSchema } from '@floe/signature';
import { z } from 'zod';

const MAX_METADATA = 128;
const MAX_ALIASES = 16;

const metadata = z
  .record(
    z
      .string()
      .max(128)
      .regex(/^[A-Za-z0-9][A-Za-z0-9._/-]*$/, 'must be letters, digits and . _ / -'),
    z.string().max(4_096),
  )
  .refine((entries) => Object.keys(entries).length <= MAX_METADATA, {
    message: `must have at most ${MAX_METADATA} entries`,
  });

const alias = z
  .string()
  .regex(
    /^[a-z][a-z0-9._-]{0,63}$/,
    'must begin with a letter and have at most 64 of a-z 0-9 . _ -',
  )
  .refine((name) => name !== 'latest', 'latest is kept by the platform');

/** How to build, as the public API takes it. */
export const specFields = {
  contract: contractSchema.optional(),
  runtime: z.string().min(1).max(512).optional(),
  installCommand: z
    .string()
    .min(1)
    .max(8_192)
    .regex(/^[^\r\n\0]*$/, 'must be one line')
    .optional(),
  needsAllFiles: z.boolean().optional(),
  metadata: metadata.optional(),
  aliases: z.array(alias).max(MAX_ALIASES).optional(),
  allowUnknownSignature: z.boolean().optional(),
  signatureOverride: z.string().min(1).max(1_000).optional(),
};

export type SpecFields = z.output<z.ZodObject<typeof specFields>>;

export function specOf(fields: SpecFields): BuildSpec {
  const { contract, runtime, installCommand, signatureOverride } = fields;
  return {
    ...(contract && { contract }),
    ...(runtime !== undefined && { runtime }),
    ...(installCommand !== undefined && { installCommand }),
    needsAllFiles: fields.needsAllFiles ?? false,
    metadata: fields.metadata ?? {},
    aliases: [...new Set(fields.aliases)],
    allowUnknownSignature: fields.allowUnknownSignature ?? false,
    ...(signatureOverride !== undefined && { signatureOverride }),
  };
}
