import type { Transaction } from '@floe/messaging';

import type { Alias } from '../domain/alias.ts';

/** The aliases of models, with their history. */
export abstract class Aliases {
  /** What the alias names now; the caller holds the lock of the model. */
  abstract find(key: Pick<Alias, 'team' | 'model' | 'alias'>, tx: Transaction): Promise<Alias>;
  abstract save(alias: Alias, at: Date, tx: Transaction): Promise<void>;
}
