import type { Terminal } from '../terminal/terminal.ts';
import { tableLines } from './table.ts';

export interface JsonFlag {
  readonly json?: true;
}

/** One thing: as JSON, or as a person reads it. */
export function printOne<T>(
  { out }: Terminal,
  { json }: JsonFlag,
  value: T,
  lines: (value: T) => readonly string[],
): void {
  if (json) out(JSON.stringify(value));
  else lines(value).forEach(out);
}

/** How a list is shown: the heads of its columns, and the cells of an item. */
export interface Columns<T> {
  readonly head: readonly string[];
  readonly cells: (item: T) => readonly string[];
  /** What is said when there is nothing. */
  readonly none: string;
}

/** A list: as JSON lines while it comes, or as a table. */
export async function printMany<T>(
  { out, err, paint }: Terminal,
  { json }: JsonFlag,
  items: AsyncIterable<T>,
  columns: Columns<T>,
): Promise<void> {
  const rows: (readonly string[])[] = [];
  for await (const item of items) {
    if (json) out(JSON.stringify(item));
    else rows.push(columns.cells(item));
  }
  if (json) return;
  if (rows.length === 0) return err(columns.none);
  const [head = '', ...lines] = tableLines(columns.head, rows);
  out(paint('bold', head));
  lines.forEach(out);
}

/** At most `count` items. */
export async function* first<T>(count: number, items: AsyncIterable<T>): AsyncGenerator<T> {
  let left = count;
  if (left === 0) return;
  for await (const item of items) {
    yield item;
    left -= 1;
    if (left === 0) return;
  }
}
