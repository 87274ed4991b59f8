import type { Evidence } from '../evidence.ts';
import { isStrong } from '../evidence.ts';
import { type Cell, cells, pointerTo, type Side, sides, type Signature } from '../signature.ts';
import { compareFields } from './compare-fields.ts';
import type { Difference } from './difference.ts';
import { type FieldPairs, pairFields, type Placed } from './field-pairs.ts';
import { packedColumns } from './packed-columns.ts';
import { declaredField, type FoundField, refineField } from './refine-field.ts';

/** A declaration with the file that it stands in, or `request`. */
export interface DeclaredContract {
  readonly path: string;
  readonly signature: Signature;
}

export interface RefinedSignature {
  readonly signature: Signature;
  readonly evidence: Evidence;
  readonly differences: readonly Difference[];
}

/** The declaration, refined by what is strong in the model's files, and how the two differ. */
export function refineSignature(
  { path, signature: declared }: DeclaredContract,
  inferred: Signature | null,
  evidence: Evidence,
): RefinedSignature {
  const differences: Difference[] = [];
  const found = sides.map((side): readonly [Side, readonly FoundField[]] => {
    const theirs = inferred?.[side] ?? [];
    const packed = packedColumns(declared[side], theirs, side);
    if (packed) {
      differences.push(packed);
      return [
        side,
        declared[side].map((field, index) => declaredField({ field, index }, side, path)),
      ];
    }
    const pairing = pairFields(declared[side], theirs, side, evidence);
    for (const pair of pairing.pairs) differences.push(...compareFields(pair, side, evidence));
    if (inferred) differences.push(...unpairedDifferences(pairing, side, inferred, evidence));
    return [side, fieldsOf(pairing, declared, side, evidence, path)];
  });
  const bySide = new Map(found);
  const fields = (side: Side) => bySide.get(side)?.map(({ field }) => field) ?? [];
  return {
    signature: { name: declared.name, inputs: fields('inputs'), outputs: fields('outputs') },
    evidence: evidenceOf(found),
    differences,
  };
}

function fieldsOf(
  { pairs }: FieldPairs,
  declared: Signature,
  side: Side,
  evidence: Evidence,
  path: string,
): FoundField[] {
  const byIndex = new Map(pairs.map((pair) => [pair.declared.index, pair]));
  return declared[side].map((field, index) => {
    const pair = byIndex.get(index);
    return pair
      ? refineField(pair, side, evidence, path)
      : declaredField({ field, index }, side, path);
  });
}

function unpairedDifferences(
  { extra, missing }: FieldPairs,
  side: Side,
  inferred: Signature,
  evidence: Evidence,
): Difference[] {
  const isSure = ({ index }: Placed, cell: Cell = 'name') =>
    isStrong(evidence[pointerTo(side, index, cell)]);
  const isComplete = inferred[side].every((field, index) => isSure({ field, index }));
  const isKnown = inferred[side].length > 0;
  return [
    ...missing.map((their): Difference => {
      const required = side === 'inputs' && !their.field.optional;
      const level = required ? (isSure(their) ? 'error' : 'warn') : 'info';
      const name = their.field.name ?? their.index;
      return {
        level,
        message: `${side}: the contract has no '${name}', which the model has`,
        pointer: `/${side}`,
      };
    }),
    ...(isKnown ? extra : []).map((mine): Difference => ({
      level: isComplete ? 'error' : 'warn',
      message: `${side}: the model has no '${mine.field.name ?? mine.index}'`,
      pointer: `/${side}/${mine.index}`,
    })),
  ];
}

function evidenceOf(found: readonly (readonly [Side, readonly FoundField[]])[]): Evidence {
  return Object.fromEntries(
    found.flatMap(([side, fields]) =>
      fields.flatMap(({ evidence }, index) =>
        cells.map((cell) => [pointerTo(side, index, cell), evidence[cell]]),
      ),
    ),
  );
}
