import type { ModelName } from './version.ts';

/** A movable name of a version. `sequence` counts its moves, removals included; 0 before the first. */
export interface Alias extends ModelName {
  readonly alias: string;
  /** `undefined` once it was removed. */
  readonly version: number | undefined;
  readonly sequence: number;
}

/** `latest` and the numbers are kept by the platform; everything else of this form may be moved by users. */
export const ALIAS_RULE = /^[a-z][a-z0-9._-]{0,63}$/;

export function movedTo(alias: Alias, version: number | undefined): Alias {
  return { ...alias, version, sequence: alias.sequence + 1 };
}
