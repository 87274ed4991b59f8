import { type Evidence, isStrong } from '../evidence.ts';
import { type Field, pointerTo, type Side } from '../signature.ts';

/** A field of one signature with its place. */
export interface Placed {
  readonly field: Field;
  readonly index: number;
}

/** A declared field and the model's field that it stands for. */
export interface FieldPair {
  readonly declared: Placed;
  readonly inferred: Placed;
  /** `renamed`: both have a name of their own, and it differs. */
  readonly by: 'name' | 'fit' | 'renamed';
}

export interface FieldPairs {
  readonly pairs: readonly FieldPair[];
  /** Declared, but the model has no such field. */
  readonly extra: readonly Placed[];
  /** The model has it, and it is not declared. */
  readonly missing: readonly Placed[];
}

/** Names that exporters give where the author gave none. */
const synthetic =
  /^(input|output|args|arg|keras_tensor|serving_default_input)?_?\d+(_\d+)?(:0)?$|^x\.\d+$/;

/** Which declared field stands for which field of the model: by name, else by the only fit of dtype and shape. */
export function pairFields(
  declared: readonly Field[],
  inferred: readonly Field[],
  side: Side,
  evidence: Evidence,
): FieldPairs {
  const theirs: Placed[] = inferred.map((field, index) => ({ field, index }));
  const pairs: FieldPair[] = [];
  const ours: Placed[] = [];
  for (const [index, field] of declared.entries()) {
    const at = theirs.findIndex((other) => field.name !== null && other.field.name === field.name);
    const [match] = at < 0 ? [] : theirs.splice(at, 1);
    if (match) pairs.push({ declared: { field, index }, inferred: match, by: 'name' });
    else ours.push({ field, index });
  }
  const extra: Placed[] = [];
  for (const mine of ours) {
    const match = onlyFit(mine, ours, theirs);
    if (!match) {
      extra.push(mine);
      continue;
    }
    theirs.splice(theirs.indexOf(match), 1);
    const named = isStrong(evidence[pointerTo(side, match.index, 'name')]);
    const free = mine.field.name === null || match.field.name === null;
    const by = free || !named || synthetic.test(match.field.name) ? 'fit' : 'renamed';
    pairs.push({ declared: mine, inferred: match, by });
  }
  return { pairs, extra, missing: theirs };
}

function onlyFit(
  mine: Placed,
  ours: readonly Placed[],
  theirs: readonly Placed[],
): Placed | undefined {
  const required = theirs.filter(({ field }) => !field.optional);
  const fitting = required.filter(({ field }) => fits(mine.field, field));
  if (fitting.length === 1) return fitting[0];
  const samePlace = required.find(({ index }) => index === mine.index);
  const everyoneHasOne = ours.length === required.length;
  if (samePlace && fitting.includes(samePlace)) return samePlace;
  return everyoneHasOne && required.length === 1 ? required[0] : undefined;
}

function fits(declared: Field, inferred: Field): boolean {
  if (declared.dtype !== null && inferred.dtype !== null && declared.dtype !== inferred.dtype)
    return false;
  if (declared.shape === null || inferred.shape === null) return true;
  if (declared.shape.length !== inferred.shape.length) return false;
  const free = inferred.shape;
  return declared.shape.every(
    (extent, at) => extent === -1 || free[at] === -1 || extent === free[at],
  );
}
