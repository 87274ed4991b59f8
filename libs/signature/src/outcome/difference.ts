import type { Pointer, Side } from '../signature.ts';

export type Level = 'info' | 'warn' | 'error';

/** How a declaration and the model differ. */
export interface Difference {
  readonly level: Level;
  readonly message: string;
  /** Into the declared signature; into the model's where the declaration lacks a field. */
  readonly pointer: Pointer | `/${Side}/${number}` | `/${Side}`;
}
