import { InvalidRequest } from '@floe/http';
import type { z } from 'zod';

/** For bodies whose schema depends on their content type. Throws InvalidRequest. */
export function validated<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
): z.output<Schema> {
  const { success, data, error } = schema.safeParse(value);
  if (success) return data;
  throw new InvalidRequest(error.issues);
}
