import { z } from 'zod';

const LONGEST_WAIT_S = 60;
const PAGE_ITEMS = 50;
const LARGEST_PAGE_ITEMS = 1_000;

/** `?wait=30s`: how long an answer may be held, in milliseconds; 0 without it. */
export const waitMs = z
  .string()
  .regex(/^\d{1,3}s$/, 'must be a number of seconds such as 30s')
  .transform((text) => Number(text.slice(0, -1)))
  .pipe(z.int().max(LONGEST_WAIT_S, `must be at most ${LONGEST_WAIT_S}s`))
  .transform((seconds) => seconds * 1_000)
  .default(0);

/** `?limit=&after=` of a list. */
export const pageQuery = {
  limit: z
    .string()
    .regex(/^\d{1,4}$/, 'must be a whole number')
    .transform(Number)
    .pipe(z.int().min(1).max(LARGEST_PAGE_ITEMS))
    .default(PAGE_ITEMS),
  after: z.string().min(1).max(512).optional(),
};

/** A page of a list, newest first; `next` is the cursor of the page after it. */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly next?: string;
}

/** Makes the page of `limit` items out of up to `limit + 1` rows. */
export function pageOf<Row, Item>(
  rows: readonly Row[],
  limit: number,
  { view, cursor }: { view: (row: Row) => Item; cursor: (row: Row) => readonly unknown[] },
): Page<Item> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const items = shown.map(view);
  return rows.length > limit && last !== undefined
    ? { items, next: encodeCursor(cursor(last)) }
    : { items };
}

function encodeCursor(key: readonly unknown[]): string {
  return Buffer.from(JSON.stringify(key)).toString('base64url');
}

/** A cursor is opaque to callers: what was not made by `pageOf` for the same keys is refused. */
export function cursorOf<Key extends z.ZodType<readonly unknown[]>>(
  key: Key,
): z.ZodType<z.output<Key>, string> {
  return z.string().transform((text, context) => {
    const decoded = key.safeParse(parsed(text));
    if (decoded.success) return decoded.data;
    context.addIssue({ code: 'custom', message: 'is not a cursor of this list' });
    return z.NEVER;
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString());
  } catch {
    return undefined;
  }
}
