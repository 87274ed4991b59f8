import type { Field, Side } from '../signature.ts';
import type { Difference } from './difference.ts';

/** The model takes n single columns and the contract one tensor of n columns: the same data, packed. */
export function packedColumns(
  declared: readonly Field[],
  inferred: readonly Field[],
  side: Side,
): Difference | undefined {
  const [tensor, ...others] = declared;
  const columns = inferred.filter(({ optional }) => !optional);
  if (!tensor?.shape || others.length > 0 || columns.length < 2) return undefined;
  if (tensor.shape.length !== 2 || tensor.shape[1] !== columns.length) return undefined;
  if (!columns.every(isColumn)) return undefined;
  return {
    level: 'info',
    message: `${side}: the contract packs the model's ${columns.length} columns into one tensor`,
    pointer: `/${side}/0`,
  };
}

function isColumn({ shape }: Field): boolean {
  if (!shape || shape.length > 2) return false;
  return shape.length < 2
    ? shape[0] === undefined || shape[0] === -1
    : shape[0] === -1 && shape[1] === 1;
}
