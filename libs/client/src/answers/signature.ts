import { z } from 'zod';

/** `null` in a cell means not known; in a shape -1 is free and `[]` a scalar. */
export const field = z.object({
  name: z.string().nullable(),
  dtype: z.string().nullable(),
  shape: z.array(z.number()).nullable(),
  optional: z.boolean().optional(),
  profile: z.string().optional(),
});

export const signature = z.object({
  name: z.string(),
  inputs: z.array(field),
  outputs: z.array(field),
});

export const evidence = z.record(
  z.string(),
  z.object({ status: z.string(), path: z.string(), locator: z.string(), reader: z.string() }),
);

export const warning = z.object({
  code: z.string(),
  message: z.string(),
  pointer: z.string().optional(),
});

export type Field = z.output<typeof field>;
export type Signature = z.output<typeof signature>;
export type Evidence = z.output<typeof evidence>;
export type Warning = z.output<typeof warning>;
