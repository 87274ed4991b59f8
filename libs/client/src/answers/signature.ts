import { z } from 'zod';

/** `null` in a cell means not known; in a shape -1 is free and `[]` a scalar. */
export interface Field {
  readonly name: string | null;
  readonly dtype: string | null;
  readonly shape: readonly number[] | null;
  readonly optional?: boolean | undefined;
  readonly profile?: string | undefined;
  /** The entries of a map, whose dtype is `DT_MAP`. */
  readonly fields?: readonly Field[] | undefined;
}

/** What a model takes and gives. */
export interface Signature {
  readonly name: string;
  readonly inputs: readonly Field[];
  readonly outputs: readonly Field[];
}

const field: z.ZodType<Field> = z.object({
  name: z.string().nullable().default(null),
  dtype: z.string().nullable().default(null),
  shape: z.array(z.number()).nullable().default(null),
  optional: z.boolean().optional(),
  profile: z.string().optional(),
  fields: z.lazy(() => z.array(field)).optional(),
});

export const signature: z.ZodType<Signature> = z.object({
  name: z.string(),
  inputs: z.array(field),
  outputs: z.array(field),
});

export const evidence = z.record(
  z.string(),
  z.object({ status: z.string(), path: z.string(), locator: z.string(), reader: z.string() }),
);

export const classLabels = z.array(z.union([z.string(), z.number()]));

export const warning = z.object({
  code: z.string(),
  message: z.string(),
  pointer: z.string().optional(),
});

export type Evidence = z.output<typeof evidence>;
export type Warning = z.output<typeof warning>;
