import { z } from 'zod';

import { files, image } from './build.ts';
import { classLabels, evidence, signature } from './signature.ts';

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
  classLabels: classLabels.optional(),
  metadata: z.record(z.string(), z.string()).default({}),
  runtime: z.string().optional(),
  files: files.optional(),
  uploadedAt: z.string().optional(),
  assignedAt: z.string().optional(),
  releasedAt: z.string().optional(),
});

/** A file of a version, and the digest of the layer that holds it. */
export const versionFile = z.object({
  path: z.string(),
  sizeBytes: z.number(),
  executable: z.boolean().optional(),
  layer: z.string(),
});

/** One move of an alias, without a version where it was removed. */
export const aliasMove = z.object({ version: z.number().optional(), movedAt: z.string() });

export type Model = z.output<typeof model>;
export type Version = z.output<typeof version>;
export type VersionFile = z.output<typeof versionFile>;
export type AliasMove = z.output<typeof aliasMove>;
