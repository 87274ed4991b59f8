import type { Told } from '@floe/builds';
import type { Identity } from '@floe/contracts';
import type { Transaction } from '@floe/messaging';

/** What was told of a build. */
export interface News extends Identity {
  readonly told: Told;
}

/** What facts have told of each build. */
export abstract class BuildRows {
  /**
   * Adds what was told, before the transaction commits; the row is made if it is new. For facts that decide nothing:
   * the caller does not learn what is known besides.
   */
  abstract add(build: Identity, news: Told, tx: Transaction): void;
  /**
   * Adds what was told and gives all that is known then of each of the builds, in the order in which they come first;
   * the rows are locked until the transaction ends.
   */
  abstract learn(news: readonly News[], tx: Transaction): Promise<readonly News[]>;
  /** A fact was told again: its owner is alive. */
  abstract touch(build: Identity, tx: Transaction): Promise<void>;
  /** Builds without an end that nothing was told of since `before`, the oldest first, locked; others' locks are skipped. */
  abstract silentSince(
    before: Date,
    limit: number,
    tx: Transaction,
  ): Promise<readonly SilentBuild[]>;
}

export interface SilentBuild extends News {
  readonly toldAt: Date;
}
