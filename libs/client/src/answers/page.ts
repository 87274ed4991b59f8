import { z } from 'zod';

/** A page of a list, newest first; `next` is the cursor of the page after it. */
export interface Page<T> {
  readonly items: T[];
  readonly next?: string | undefined;
}

export function pageOf<Item extends z.ZodType>(item: Item): z.ZodType<Page<z.output<Item>>> {
  return z.object({ items: z.array(item), next: z.string().optional() });
}

/** Walks a list to its end, one page at a time. */
export async function* everyItem<T>(
  page: (after: string | undefined) => Promise<Page<T>>,
): AsyncGenerator<T> {
  let after: string | undefined;
  do {
    const { items, next } = await page(after);
    yield* items;
    after = next;
  } while (after !== undefined);
}
