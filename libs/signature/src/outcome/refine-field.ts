import { type CellEvidence, type Evidence, isStrong } from '../evidence.ts';
import { type Cell, type Field, pointerTo, type Side } from '../signature.ts';
import { compareShapes } from './compare-shapes.ts';
import type { FieldPair, Placed } from './field-pairs.ts';

export type CellsEvidence = Readonly<Record<Cell, CellEvidence>>;

/** A field with where its cells come from. */
export interface FoundField {
  readonly field: Field;
  readonly evidence: CellsEvidence;
}

/** Declared cells stand; open cells and free dimensions are filled by strong facts of the model. */
export function refineField(
  { declared, inferred }: FieldPair,
  side: Side,
  evidence: Evidence,
  path: string,
): FoundField {
  const mine = declared.field;
  const theirs = inferred.field;
  const of = (cell: Cell) => evidence[pointerTo(side, inferred.index, cell)];
  const filled = <C extends Cell>(cell: C): Field[C] =>
    mine[cell] ?? (isStrong(of(cell)) ? theirs[cell] : null);
  const refined =
    mine.shape && theirs.shape && compareShapes(mine.shape, theirs.shape, of('shape'))?.shape;
  const optional = mine.optional ?? theirs.optional;
  const field: Field = {
    ...mine,
    name: filled('name'),
    dtype: filled('dtype'),
    shape: refined ?? filled('shape'),
    ...(optional && { optional }),
  };
  const evidenceOf = (cell: Cell): CellEvidence => {
    const theirEvidence = of(cell);
    const agreed = JSON.stringify(field[cell]) === JSON.stringify(theirs[cell]);
    const kept = agreed && isStrong(theirEvidence) ? theirEvidence : undefined;
    return kept ?? declaredEvidence(declared, field[cell], side, cell, path);
  };
  return {
    field,
    evidence: { name: evidenceOf('name'), dtype: evidenceOf('dtype'), shape: evidenceOf('shape') },
  };
}

/** A declared field of which the model's files say nothing. */
export function declaredField(declared: Placed, side: Side, path: string): FoundField {
  const of = (cell: Cell) => declaredEvidence(declared, declared.field[cell], side, cell, path);
  return {
    field: declared.field,
    evidence: { name: of('name'), dtype: of('dtype'), shape: of('shape') },
  };
}

function declaredEvidence(
  { index }: Placed,
  value: Field[Cell],
  side: Side,
  cell: Cell,
  path: string,
): CellEvidence {
  return {
    status: value === null ? 'unknown' : 'declared',
    path,
    locator: `contract${pointerTo(side, index, cell)}`,
    reader: 'declared',
  };
}
