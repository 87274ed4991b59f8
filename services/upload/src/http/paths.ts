import { digest, slug } from '@floe/contracts';
import { z } from 'zod';

const RESERVED = new Set(['api', 'v2', 'library', 'runtimes']);

const team = slug.refine((name) => !RESERVED.has(name), 'is a reserved word');

export const modelPath = z.object({ team, model: slug });
export type ModelPath = z.output<typeof modelPath>;

export const blobPath = z.object({ team, digest });
export type BlobPath = z.output<typeof blobPath>;

export const teamPath = z.object({ team });
export type TeamPath = z.output<typeof teamPath>;

export const uploadPath = z.object({ id: z.uuid() });
export type UploadPath = z.output<typeof uploadPath>;

export const partPath = z.object({
  id: z.uuid(),
  number: z
    .string()
    .regex(/^[1-9]\d{0,3}$/, 'must be the number of a part')
    .transform(Number),
});
export type PartPath = z.output<typeof partPath>;

export const buildPath = z.object({ id: z.uuid() });
export type BuildPath = z.output<typeof buildPath>;
