import { type Evidence, isStrong } from '../evidence.ts';
import { type Cell, pointerTo, type Side } from '../signature.ts';
import { compareDtypes } from './compare-dtypes.ts';
import { compareShapes } from './compare-shapes.ts';
import type { Difference, Level } from './difference.ts';
import type { FieldPair } from './field-pairs.ts';

/** How a declared field and the model's field that it stands for differ, cell by cell. */
export function compareFields(
  { declared, inferred, by }: FieldPair,
  side: Side,
  evidence: Evidence,
): Difference[] {
  const mine = declared.field;
  const theirs = inferred.field;
  const of = (cell: Cell) => evidence[pointerTo(side, inferred.index, cell)];
  const label = `${side} '${mine.name ?? theirs.name ?? declared.index}'`;
  const told = (cell: Cell, found: { level: Level; message: string } | null | undefined) =>
    found
      ? [
          {
            level: found.level,
            message: `${label}, ${cell}: ${found.message}`,
            pointer: pointerTo(side, declared.index, cell),
          },
        ]
      : [];
  const status = of('dtype')?.status ?? 'unknown';
  return [
    ...told(
      'name',
      by === 'renamed'
        ? {
            level: 'warn',
            message: `the model calls it '${theirs.name}'; place, dtype and shape are the same`,
          }
        : undefined,
    ),
    ...told(
      'dtype',
      compareDtypes(mine, theirs, { known: status !== 'unknown', strong: isStrong(of('dtype')) }),
    ),
    ...told(
      'shape',
      mine.shape && theirs.shape && compareShapes(mine.shape, theirs.shape, of('shape')),
    ),
  ];
}
