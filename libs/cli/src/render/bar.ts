const CELLS = 16;

/** How much of the whole is done, of fixed width: `█████░░░░░░░░░░░`. */
export function barText(done: number, total: number): string {
  const filled = total > 0 ? Math.min(CELLS, Math.floor((done / total) * CELLS)) : CELLS;
  return '█'.repeat(filled) + '░'.repeat(CELLS - filled);
}
