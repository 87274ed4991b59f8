import { z } from 'zod';

/** One input or output; `null` in a cell means that it is not known. */
export interface Field {
  readonly name: string | null;
  readonly dtype: string | null;
  /** -1: a free dimension; empty: a scalar. */
  readonly shape: readonly number[] | null;
  readonly optional?: true | undefined;
  readonly profile?: string | undefined;
  /** The entries of a map. */
  readonly fields?: readonly Field[] | undefined;
}

/** A field as protobuf has it. */
export interface WireField {
  readonly name?: string | undefined;
  readonly dtype?: string | undefined;
  readonly shape?: { readonly dims: readonly number[] } | undefined;
  readonly optional: boolean;
  readonly profile?: string | undefined;
  readonly fields: readonly WireField[];
}

const wireField: z.ZodType<WireField, WireField> = z.object({
  name: z.string().optional(),
  dtype: z.string().optional(),
  shape: z.object({ dims: z.array(z.int().min(-1)) }).optional(),
  optional: z.boolean(),
  profile: z.string().optional(),
  fields: z.array(z.lazy(() => wireField)),
});

const plainField: z.ZodType<Field, Field> = z.object({
  name: z.string().nullable(),
  dtype: z.string().nullable(),
  shape: z.array(z.int().min(-1)).nullable(),
  optional: z.literal(true).optional(),
  profile: z.string().optional(),
  fields: z.array(z.lazy(() => plainField)).optional(),
});

const field = z.codec(wireField, plainField, { decode: fromWire, encode: toWire });

function fromWire({ name, dtype, shape, optional, profile, fields }: WireField): Field {
  return {
    name: name ?? null,
    dtype: dtype ?? null,
    shape: shape?.dims ?? null,
    ...(optional && { optional }),
    ...(profile !== undefined && { profile }),
    ...(fields.length > 0 && { fields: fields.map(fromWire) }),
  };
}

function toWire({ name, dtype, shape, optional, profile, fields }: Field): WireField {
  return {
    ...(name !== null && { name }),
    ...(dtype !== null && { dtype }),
    ...(shape !== null && { shape: { dims: shape } }),
    optional: optional ?? false,
    ...(profile !== undefined && { profile }),
    fields: fields?.map(toWire) ?? [],
  };
}

/** Named inputs and outputs; `null` in a cell means that it is not known. */
export const signature = z
  .object({
    name: z.string(),
    inputs: z.array(field).readonly(),
    outputs: z.array(field).readonly(),
  })
  .readonly();

export type Signature = z.output<typeof signature>;

const cellEvidence = {
  status: z.enum(['proven', 'derived', 'example', 'assumed', 'declared', 'unknown']),
  path: z.string(),
  locator: z.string(),
  reader: z.string(),
};

const evidence = z.codec(
  z.array(z.object({ pointer: z.string().startsWith('/'), ...cellEvidence })),
  z.record(z.string().startsWith('/'), z.object(cellEvidence).readonly()).readonly(),
  {
    decode: (cells) => Object.fromEntries(cells.map(({ pointer, ...cell }) => [pointer, cell])),
    encode: (cells) => Object.entries(cells).map(([pointer, cell]) => ({ pointer, ...cell })),
  },
);

/** From JSON pointer of a cell to where the cell comes from. */
export type Evidence = z.output<typeof evidence>;

export const inference = z
  .object({
    framework: z.string().optional(),
    frameworkVersion: z.string().optional(),
    artifact: z.string().optional(),
    verdict: z.enum(['exact', 'usable', 'partial', 'weights-only', 'none']),
    signature: signature.optional(),
    evidence,
    classLabels: z.array(z.string()).readonly(),
  })
  .readonly();

export type Inference = z.output<typeof inference>;
export type Verdict = Inference['verdict'];
