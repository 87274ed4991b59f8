import { slug } from '@floe/contracts';
import { z } from 'zod';

import { ALIAS_RULE } from '../domain/alias.ts';

export const modelPath = z.object({ team: slug, model: slug });
export type ModelPath = z.output<typeof modelPath>;

/** `{v}`: a number, `latest` or an alias. */
export const versionPath = z.object({
  ...modelPath.shape,
  version: z.union([
    z.string().regex(/^[1-9]\d{0,8}$/),
    z.string().regex(ALIAS_RULE, 'must be a number, latest or an alias'),
  ]),
});
export type VersionPath = z.output<typeof versionPath>;

export const aliasPath = z.object({
  ...modelPath.shape,
  alias: z
    .string()
    .regex(ALIAS_RULE, 'must begin with a letter and have at most 64 of a-z 0-9 . _ -')
    .refine((alias) => alias !== 'latest', 'latest is kept by the platform'),
});
export type AliasPath = z.output<typeof aliasPath>;
