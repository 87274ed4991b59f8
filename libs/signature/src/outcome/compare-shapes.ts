import type { CellEvidence } from '../evidence.ts';
import { isStrong } from '../evidence.ts';
import type { Level } from './difference.ts';

type Shape = readonly number[];

export interface ShapeDifference {
  readonly level: Level;
  readonly message: string;
  /** What both together say. */
  readonly shape: Shape;
}

/** What differs between two known shapes; the answer's shape is the declared one refined by strong facts. */
export function compareShapes(
  declared: Shape,
  inferred: Shape,
  evidence: CellEvidence | undefined,
): ShapeDifference | undefined {
  if (declared.length === inferred.length) return compareExtents(declared, inferred, evidence);
  const strong = isStrong(evidence);
  const sides = `the contract says ${text(declared)}, the model has ${text(inferred)}`;
  if (isBatchOmitted(declared, inferred) || isBatchOmitted(inferred, declared))
    return {
      level: 'warn',
      message: `${sides}: a batch dimension is implied`,
      shape: strong ? inferred : declared,
    };
  if (inferred.length === 0 && declared.length === 1 && (declared[0] === 1 || declared[0] === -1))
    return {
      level: strong ? 'warn' : 'info',
      message: sides,
      shape: strong ? inferred : declared,
    };
  return {
    level: strong ? 'error' : 'warn',
    message: `${sides}: the ranks differ`,
    shape: declared,
  };
}

/** `longer` is `shorter` behind one free dimension. */
function isBatchOmitted(shorter: Shape, longer: Shape): boolean {
  if (longer.length !== shorter.length + 1 || longer[0] !== -1) return false;
  return shorter.every((extent, at) => {
    const other = longer[at + 1];
    return extent === other || extent === -1 || other === -1;
  });
}

function compareExtents(
  declared: Shape,
  inferred: Shape,
  evidence: CellEvidence | undefined,
): ShapeDifference | undefined {
  const strong = isStrong(evidence);
  let worst: { level: Level; message: string } | undefined;
  const shape = declared.map((extent, at) => {
    const other = inferred[at] ?? -1;
    if (extent === other || other === -1) return extent;
    const found = extentDifference(extent, other, evidence, at);
    if (found && (worst === undefined || rank(found.level) > rank(worst.level))) worst = found;
    return extent === -1 && strong ? other : extent;
  });
  return worst && { ...worst, shape };
}

function extentDifference(
  declared: number,
  inferred: number,
  evidence: CellEvidence | undefined,
  at: number,
): { level: Level; message: string } | undefined {
  const strong = isStrong(evidence);
  if (declared === -1)
    return strong
      ? {
          level: 'warn',
          message: `dimension ${at} is free in the contract, the model has ${inferred}`,
        }
      : undefined;
  const sides = `dimension ${at} is ${declared} in the contract, the model has ${inferred}`;
  if (strong) return { level: 'error', message: sides };
  if (evidence?.status === 'assumed') return { level: 'info', message: `${sides} by convention` };
  const traced = evidence?.status === 'example' ? ' in the example it was traced with' : '';
  return { level: 'warn', message: `${sides}${traced}` };
}

function rank(level: Level): number {
  return ['info', 'warn', 'error'].indexOf(level);
}

function text(shape: Shape): string {
  return `[${shape.join(', ')}]`;
}
