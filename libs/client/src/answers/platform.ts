import { z } from 'zod';

/** What runs there: its parts, limits and features grow with every version. */
export const platform = z.looseObject({ version: z.string() });

/** What the platform understands of files that it was only shown. */
export const inspection = z.looseObject({
  verdict: z.string().optional(),
});

export type Platform = z.output<typeof platform>;
export type Inspection = z.output<typeof inspection>;
