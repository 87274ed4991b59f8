import type { CheckedFiles } from '../../domain/build.ts';
import type { IndexedLayer } from '../../domain/checked-files.ts';

export interface CheckOrder {
  readonly id: number;
  readonly layers: readonly IndexedLayer[];
}

export type CheckReport = { readonly id: number } & (
  | { readonly kind: 'checked'; readonly files: CheckedFiles }
  | {
      readonly kind: 'refused';
      readonly code: string;
      readonly message: string;
      readonly hint: string;
    }
  | { readonly kind: 'failed'; readonly message: string }
);
