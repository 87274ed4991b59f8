import type { Evidence } from '@floe/signature';

import { tableLines } from './table.ts';

/** Where each cell of a signature comes from. */
export function evidenceLines(evidence: Evidence): readonly string[] {
  const rows = Object.entries(evidence).map(([pointer, { status, path, locator, reader }]) => [
    `  ${pointer}`,
    status,
    path,
    locator,
    reader,
  ]);
  if (rows.length === 0) return [];
  return ['', ...tableLines(['  CELL', 'IS', 'BY FILE', 'AT', 'READER'], rows)];
}
