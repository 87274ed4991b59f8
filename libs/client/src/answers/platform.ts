import { z } from 'zod';

/** What runs there: its parts, limits and features grow with every version. */
export const platform = z.looseObject({ version: z.string() });

/** What the platform understands of files that it was only shown. */
export const inspection = z.looseObject({
  verdict: z.string().optional(),
});

/** Each part that the process needs: `ok`, or why not. */
export const readiness = z.object({
  status: z.coerce.string(),
  checks: z.record(z.string(), z.string()).default({}),
});

export type Readiness = z.output<typeof readiness>;
export type Platform = z.output<typeof platform>;
export type Inspection = z.output<typeof inspection>;
