import type { Field, Signature } from '@floe/signature';

import type { Inspection } from '../frame/inspection.ts';
import { type CellState, isColumn, shapeState, valueState } from './cell-state.ts';
import type { Expected, ExpectedField, ExpectedSignature } from './expected.ts';
import { pairUp } from './pair-up.ts';

type Asserted = Pick<Inspection, 'signature' | 'verdict'>;
type Cells = Record<'names' | 'dtypes' | 'shapes', CellState[]>;

/**
 * How right an inspection is, 1 at best and negative where it asserts what is wrong: the mean of six cells (names,
 * dtypes and shapes of inputs and outputs), each the mean of its fields whose truth is known.
 */
export function score(expected: Expected, got: Asserted): number {
  if (!expected.signature) return scoreWithoutTruth(expected, got);
  const columns = expected.layout === 'columns';
  const { signature: primary } = expected;
  const all = [primary, ...(expected.otherSignatures ?? [])];
  const sameName = all.filter(({ name }) => name !== undefined && name === got.signature?.name);
  const pool = sameName.length > 0 ? sameName : all.filter(({ name }) => name === primary.name);
  return Math.max(...pool.map((truth) => scoreSignature(truth, got.signature, columns)));
}

function scoreWithoutTruth(expected: Expected, { signature, verdict }: Asserted): number {
  const fields = [...(signature?.inputs ?? []), ...(signature?.outputs ?? [])];
  const asserts = fields.some(({ name, dtype, shape }) => (name ?? dtype ?? shape) !== null);
  if (!asserts || verdict === expected.verdict) return 1;
  return verdict === 'partial' ? 0 : -1;
}

function scoreSignature(truth: ExpectedSignature, got: Signature | null, columns: boolean): number {
  const means = (['inputs', 'outputs'] as const).flatMap((side) =>
    Object.values(cellsOf(truth[side] ?? [], got?.[side] ?? [], columns)).flatMap((states) => {
      const known = states.filter((state) => state !== undefined);
      return known.length > 0 ? [mean(known)] : [];
    }),
  );
  return mean(means);
}

function cellsOf(truth: readonly ExpectedField[], got: readonly Field[], columns: boolean): Cells {
  const packed = columns && packedCells(truth, got);
  if (packed) return packed;
  const cells: Cells = { names: [], dtypes: [], shapes: [] };
  const { pairs, extra } = pairUp(truth, got, columns);
  for (const [field, match] of pairs) {
    if (!match && field.optional) continue;
    cells.names.push(valueState(field.name, match?.name));
    cells.dtypes.push(valueState(field.dtype, match?.dtype));
    cells.shapes.push(
      match ? shapeState(field, match.shape, columns) : field.shape ? 0 : undefined,
    );
  }
  cells.names.push(...extra.map(() => -1 as const));
  return cells;
}

/** n columns against one packed tensor of n columns. */
function packedCells(truth: readonly ExpectedField[], got: readonly Field[]): Cells | undefined {
  const [tensor] = got;
  if (truth.length < 2 || got.length !== 1 || tensor?.shape?.[1] !== truth.length) return undefined;
  if (!truth.every(({ shape }) => isColumn(shape ?? null))) return undefined;
  return {
    names: truth.map(({ name }) => valueState(name, null)),
    dtypes: truth.map(({ dtype }) => valueState(dtype, tensor.dtype)),
    shapes: truth.map(() => 1),
  };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
