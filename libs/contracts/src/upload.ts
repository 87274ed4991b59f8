import { z } from 'zod';

import { digest, instant, sizeBytes } from './identity.ts';
import { signature } from './signature.ts';

export const warning = z
  .object({ code: z.string().min(1), message: z.string(), pointer: z.string().optional() })
  .readonly();

export type Warning = z.output<typeof warning>;

/** How to build what was uploaded. */
export const buildSpec = z
  .object({
    contract: signature.optional(),
    runtime: z.string().min(1).optional(),
    installCommand: z.string().min(1).optional(),
    needsAllFiles: z.boolean(),
    metadata: z.record(z.string(), z.string()).readonly(),
    aliases: z.array(z.string()).readonly(),
    allowUnknownSignature: z.boolean(),
    signatureOverride: z.string().optional(),
  })
  .readonly();

export type BuildSpec = z.output<typeof buildSpec>;

export const layer = z.object({ digest, sizeBytes }).readonly();

/** An uncompressed tar of the layout, proven and stored. */
export type Layer = z.output<typeof layer>;

/** What was accepted; the facts of later stages repeat it, so that no stage has to ask another. */
export const upload = z
  .object({
    layers: z.array(layer).min(1).readonly(),
    spec: buildSpec,
    layout: z.int().positive(),
    fileCount: z.int().positive(),
    fileBytes: sizeBytes,
    uploadedAt: instant,
    retryOf: z.uuid().optional(),
    warnings: z.array(warning).readonly(),
  })
  .readonly();

export type Upload = z.output<typeof upload>;
