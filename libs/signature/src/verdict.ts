import type { Evidence, EvidenceStatus } from './evidence.ts';
import { type Cell, cells, pointerTo, type Side, sides, type Signature } from './signature.ts';

/** How much of a signature is known; `weights-only` is said by readers of files without a graph. */
export type Verdict = 'exact' | 'usable' | 'partial' | 'weights-only' | 'none';

const weights: Readonly<Record<EvidenceStatus, number>> = {
  proven: 1,
  derived: 1,
  declared: 1,
  example: 0.8,
  assumed: 0.5,
  unknown: 0,
};

/** The mean of the six kinds of cells, each by how sure its fields are; a side without fields takes no part. */
export function verdictOf(signature: Signature, evidence: Evidence): Verdict {
  const kinds = sides
    .filter((side) => signature[side].length > 0)
    .flatMap((side) => cells.map((cell) => weightOf(signature, evidence, side, cell)));
  const completeness = mean(kinds);
  if (completeness >= 0.97 && isCertain(signature, evidence)) return 'exact';
  if (completeness >= 0.85) return 'usable';
  return completeness >= 0.4 ? 'partial' : 'none';
}

function weightOf(signature: Signature, evidence: Evidence, side: Side, cell: Cell): number {
  return mean(
    signature[side].map((_, index) => {
      const status = evidence[pointerTo(side, index, cell)]?.status;
      return weights[status ?? 'unknown'];
    }),
  );
}

function isCertain(signature: Signature, evidence: Evidence): boolean {
  return sides.every((side) =>
    signature[side].every((field, index) =>
      cells.every((cell) => {
        const status = evidence[pointerTo(side, index, cell)]?.status;
        return field[cell] !== null && weights[status ?? 'unknown'] === 1;
      }),
    ),
  );
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}
