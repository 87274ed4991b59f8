import type { Told } from '@floe/builds';
import type { Identity } from '@floe/contracts';
import type { Transaction } from '@floe/messaging';

/** What facts have told of each build. */
export abstract class BuildRows {
  /** What is known so far; the row is locked, and made if it is new, until the transaction ends. */
  abstract lock(build: Identity, tx: Transaction): Promise<Told>;
  /** Only under the lock. */
  abstract save(build: Identity, told: Told, tx: Transaction): Promise<void>;
  /** A fact was told again: its owner is alive. */
  abstract touch(build: Identity, tx: Transaction): Promise<void>;
  /** Builds without an end that nothing was told of since `before`, the oldest first, locked; others' locks are skipped. */
  abstract silentSince(
    before: Date,
    limit: number,
    tx: Transaction,
  ): Promise<readonly SilentBuild[]>;
}

export interface SilentBuild extends Identity {
  readonly told: Told;
  readonly toldAt: Date;
}
