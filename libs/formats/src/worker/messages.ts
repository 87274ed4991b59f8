import type { ByteRange, ModelFile } from '../files/model-files.ts';
import type { BudgetLimits } from '../frame/budget.ts';
import type { Inspection } from '../frame/inspection.ts';

/** To the worker. */
export type Order =
  | {
      readonly kind: 'inspect';
      readonly files: readonly ModelFile[];
      readonly limits: BudgetLimits;
    }
  | { readonly kind: 'bytes'; readonly id: number; readonly bytes: Uint8Array };

/** From the worker. */
export type Report =
  | { readonly kind: 'started' }
  | {
      readonly kind: 'read';
      readonly id: number;
      readonly path: string;
      readonly range: ByteRange;
    }
  | { readonly kind: 'done'; readonly inspection: Inspection }
  | { readonly kind: 'failed'; readonly message: string };
