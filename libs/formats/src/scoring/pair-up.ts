import type { Field } from '@floe/signature';

import { shapeState, valueState } from './cell-state.ts';
import type { ExpectedField } from './expected.ts';

export interface Pairing {
  readonly pairs: readonly (readonly [ExpectedField, Field | undefined])[];
  readonly extra: readonly Field[];
}

/** Fields are matched by name where both have one, else by the best fit of dtype and shape. */
export function pairUp(
  truth: readonly ExpectedField[],
  got: readonly Field[],
  columns: boolean,
): Pairing {
  const left = [...got];
  const matches = new Map<ExpectedField, Field>();
  for (const field of truth) {
    const at = left.findIndex(({ name }) => name !== null && name === field.name);
    const [match] = at < 0 ? [] : left.splice(at, 1);
    if (match) matches.set(field, match);
  }
  const rest = truth.filter((field) => !matches.has(field));
  for (const field of rest.toSorted((a, b) => eagerness(a) - eagerness(b))) {
    const fit = (other: Field) =>
      2 * (shapeState(field, other.shape, columns) ?? 0) +
      (valueState(field.dtype, other.dtype) ?? 0) -
      Math.abs(got.indexOf(other) - truth.indexOf(field)) / 1000;
    const best = left.toSorted((a, b) => fit(b) - fit(a))[0];
    if (!best || (field.optional && fit(best) < 0)) continue;
    left.splice(left.indexOf(best), 1);
    matches.set(field, best);
  }
  return { pairs: truth.map((field) => [field, matches.get(field)]), extra: left };
}

/** Required fields before optional ones, fields without a name before named ones. */
function eagerness({ optional, name }: ExpectedField): number {
  return (optional ? 2 : 0) + (name === null || name === undefined ? 0 : 1);
}
