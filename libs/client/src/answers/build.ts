import { z } from 'zod';

import { classLabels, evidence, signature, warning } from './signature.ts';

export const buildState = z.enum([
  'received',
  'inferring',
  'queued',
  'building',
  'assigning',
  'publishing',
  'released',
  'failed',
  'cancelled',
]);

export const image = z.object({
  /** By tag; there is none before the version has its number. */
  reference: z.string().optional(),
  digest: z.string(),
  /** The reference by digest. */
  pinned: z.string(),
  sizeBytes: z.number().optional(),
});

export const files = z.object({ count: z.number(), bytes: z.number() });

export const build = z.object({
  id: z.string(),
  team: z.string(),
  model: z.string(),
  state: buildState,
  version: z.number().optional(),
  image: image.optional(),
  framework: z.string().optional(),
  frameworkVersion: z.string().optional(),
  signature: signature.optional(),
  verdict: z.string().optional(),
  evidence: evidence.optional(),
  classLabels: classLabels.optional(),
  error: z
    .object({
      stage: z.string().optional(),
      code: z.string(),
      message: z.string(),
      hint: z.string().optional(),
    })
    .optional(),
  /** Why publishing takes longer than it should. */
  delayed: z.string().optional(),
  warnings: z.array(warning).default([]),
  timeline: z.array(z.object({ state: z.string(), at: z.string() })).default([]),
  files: files.optional(),
  spec: z.record(z.string(), z.unknown()).optional(),
  retryOf: z.string().optional(),
  createdAt: z.string().optional(),
  updatedAt: z.string().optional(),
  endedAt: z.string().optional(),
});

export type BuildState = z.output<typeof buildState>;
export type Build = z.output<typeof build>;
export type Image = z.output<typeof image>;

/** Whether nothing will change any more. */
export function hasEnded(state: BuildState): boolean {
  return state === 'released' || state === 'failed' || state === 'cancelled';
}
