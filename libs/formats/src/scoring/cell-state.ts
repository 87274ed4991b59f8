import type { ExpectedField } from './expected.ts';

/** 1 right, 0 not asserted, -1 wrong; `undefined` where the truth is not known. */
export type CellState = 1 | 0 | -1 | undefined;

export function valueState(
  truth: string | null | undefined,
  got: string | null | undefined,
): CellState {
  if (truth === null || truth === undefined) return undefined;
  if (got === null || got === undefined || got === '') return 0;
  return truth === got ? 1 : -1;
}

export function shapeState(
  { shape: truth, shapeStatus }: ExpectedField,
  got: readonly number[] | null,
  columns: boolean,
): CellState {
  if (shapeStatus === 'unknown-rank') return got === null ? 1 : -1;
  if (!truth) return undefined;
  if (got === null) return 0;
  if (columns && isColumn(truth) && isColumn(got)) return 1;
  if (truth.length !== got.length) return -1;
  const isRight = (extent: number, at: number) =>
    extent === got[at] || (shapeStatus === 'example' && got[at] === -1);
  return truth.every(isRight) ? 1 : -1;
}

/** One column of a table, however it is written. */
export function isColumn(shape: readonly number[] | null): boolean {
  return shape !== null && ['', '-1', '-1,1'].includes(shape.join(','));
}
