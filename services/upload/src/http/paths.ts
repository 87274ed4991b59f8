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

export const buildPath = z.object({ id: z.uuid() });
export type BuildPath = z.output<typeof buildPath>;
