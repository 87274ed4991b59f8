import { z } from 'zod';

import { files, image } from './build.ts';
import { evidence, signature } from './signature.ts';

export const model = z.object({
  team: z.string(),
  name: z.string(),
  versionCount: z.number(),
  latest: z
    .object({
      version: z.number(),
      releasedAt: z.string().optional(),
      framework: z.string().optional(),
    })
    .optional(),
  aliases: z.record(z.string(), z.number()).default({}),
  createdAt: z.string().optional(),
  updatedAt: z.string().optional(),
});

export const version = z.object({
  team: z.string(),
  model: z.string(),
  version: z.number(),
  state: z.enum(['publishing', 'released', 'withdrawn']),
  buildId: z.string(),
  image: image.optional(),
  framework: z.string().optional(),
  frameworkVersion: z.string().optional(),
  signature: signature.optional(),
  verdict: z.string().optional(),
  evidence: evidence.optional(),
  classLabels: z.array(z.string()).optional(),
  metadata: z.record(z.string(), z.string()).default({}),
  files: files.optional(),
  uploadedAt: z.string().optional(),
  assignedAt: z.string().optional(),
  releasedAt: z.string().optional(),
});

export const alias = z.object({
  alias: z.string().optional(),
  version: z.number(),
  updatedAt: z.string().optional(),
});

/** One move of an alias: no version after it was removed, none before it was made. */
export const aliasMove = z.object({
  version: z.number().optional(),
  previous: z.number().optional(),
  at: z.string().optional(),
});

export type Model = z.output<typeof model>;
export type Version = z.output<typeof version>;
export type Alias = z.output<typeof alias>;
export type AliasMove = z.output<typeof aliasMove>;
