import { z } from 'zod';

const dimensions = z.codec(
  z.object({ dims: z.array(z.int().min(-1)) }),
  z.array(z.int().min(-1)).readonly(),
  { decode: ({ dims }) => dims, encode: (dims) => ({ dims: [...dims] }) },
);

const field = z.codec(
  z.object({
    name: z.string().optional(),
    dtype: z.string().optional(),
    shape: dimensions.optional(),
    optional: z.boolean(),
    profile: z.string().optional(),
  }),
  z
    .object({
      name: z.string().nullable(),
      dtype: z.string().nullable(),
      shape: z.array(z.int().min(-1)).readonly().nullable(),
      optional: z.literal(true).optional(),
      profile: z.string().optional(),
    })
    .readonly(),
  {
    decode: ({ name, dtype, shape, optional, profile }) => ({
      name: name ?? null,
      dtype: dtype ?? null,
      shape: shape ?? null,
      ...(optional && { optional: true as const }),
      ...(profile !== undefined && { profile }),
    }),
    encode: ({ name, dtype, shape, optional, profile }) => ({
      ...(name !== null && { name }),
      ...(dtype !== null && { dtype }),
      ...(shape !== null && { shape: [...shape] }),
      optional: optional ?? false,
      ...(profile !== undefined && { profile }),
    }),
  },
);

/** Named inputs and outputs; `null` in a cell means that it is not known. */
export const signature = z
  .object({
    name: z.string(),
    inputs: z.array(field).readonly(),
    outputs: z.array(field).readonly(),
  })
  .readonly();

export type Signature = z.output<typeof signature>;
export type Field = Signature['inputs'][number];

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
