import { z } from 'zod';

import { parseDtype, unknownDtypeMessage } from './dtype.ts';
import { parseProfile, unknownProfileMessage } from './profile.ts';
import { defaultSignatureName, type Field, type Signature } from './signature.ts';

/** More is no signature but an attack; facts that carry a signature have a bound too. */
export const contractLimits = { fields: 4096, rank: 64, nameLength: 1024, depth: 8 } as const;

const dtype = z.string().transform((name, context) => {
  const parsed = parseDtype(name);
  if (parsed === undefined) {
    context.addIssue({ code: 'custom', message: unknownDtypeMessage(name) });
    return z.NEVER;
  }
  return parsed;
});

const profile = z.string().transform((name, context) => {
  const parsed = parseProfile(name);
  if (parsed === undefined) {
    context.addIssue({ code: 'custom', message: unknownProfileMessage(name) });
    return z.NEVER;
  }
  return parsed;
});

const shape = z
  .array(z.int().min(-1, 'an extent is -1 (free) or a size'))
  .max(contractLimits.rank)
  .readonly();

const name = z.string().min(1).max(contractLimits.nameLength);

const leaf = {
  name: name.nullable().default(null),
  dtype: dtype.nullable().default(null),
  shape: shape.nullable().default(null),
  optional: z.literal(true).optional(),
  profile: profile.optional(),
};

function fieldOf(depth: number): z.ZodType<Field> {
  if (depth === 0) return z.strictObject(leaf);
  const fields = z.lazy(() => fieldsOf(depth - 1)).optional();
  return z.strictObject({ ...leaf, fields });
}

function fieldsOf(depth: number): z.ZodType<readonly Field[]> {
  return z
    .array(fieldOf(depth))
    .min(1)
    .max(contractLimits.fields)
    .readonly()
    .superRefine(refuseDoubledNames);
}

function refuseDoubledNames(fields: readonly Field[], context: z.RefinementCtx): void {
  const seen = new Set<string>();
  for (const [index, field] of fields.entries()) {
    if (field.name === null) continue;
    if (seen.has(field.name))
      context.addIssue({
        code: 'custom',
        message: `'${field.name}' stands here twice`,
        path: [index, 'name'],
      });
    seen.add(field.name);
  }
}

/** A declared contract in JSON: strict, with every spelling of a dtype; what is left open becomes `null`. */
export const contractSchema: z.ZodType<Signature> = z
  .strictObject({
    name: name
      .refine((text) => text.trim() !== '', 'a signature needs a name')
      .default(defaultSignatureName),
    inputs: fieldsOf(contractLimits.depth),
    outputs: fieldsOf(contractLimits.depth),
  })
  .readonly();
