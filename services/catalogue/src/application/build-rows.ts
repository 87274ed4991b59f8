import type { Told } from '@floe/builds';
import type { Identity } from '@floe/contracts';
import type { Transaction } from '@floe/messaging';

/** What facts have told of each build. */
export abstract class BuildRows {
  /**
   * Adds what was told, before the transaction commits; the row is made if it is new. For facts that decide nothing:
   * the caller does not learn what is known besides.
   */
  abstract add(build: Identity, news: Told, tx: Transaction): void;
  /** Adds what was told and gives all that is known then; the row is locked until the transaction ends. */
  abstract lock(build: Identity, news: Told, tx: Transaction): Promise<Told>;
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
