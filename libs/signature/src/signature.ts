import type { Dtype } from './dtype.ts';
import type { Profile } from './profile.ts';

/** One input or output. `null` in a cell means that it is not known. */
export interface Field {
  readonly name: string | null;
  readonly dtype: Dtype | null;
  /** Extents, -1 where free; empty for a scalar. */
  readonly shape: readonly number[] | null;
  /** May be left out of a call. */
  readonly optional?: true | undefined;
  readonly profile?: Profile | undefined;
  /** The entries of a map, whose dtype is `DT_MAP`. */
  readonly fields?: readonly Field[] | undefined;
}

/** What a model takes and gives. */
export interface Signature {
  readonly name: string;
  readonly inputs: readonly Field[];
  readonly outputs: readonly Field[];
}

export type Side = 'inputs' | 'outputs';
export type Cell = 'name' | 'dtype' | 'shape';

export const sides: readonly Side[] = ['inputs', 'outputs'];
export const cells: readonly Cell[] = ['name', 'dtype', 'shape'];

/** JSON pointer of a cell: `/inputs/0/dtype`. */
export type Pointer = `/${Side}/${number}/${Cell}`;

export function pointerTo(side: Side, index: number, cell: Cell): Pointer {
  return `/${side}/${index}/${cell}`;
}

/** The name that Hydrosphere gives to a signature without one. */
export const defaultSignatureName = 'predict';
