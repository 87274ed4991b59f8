import type { FactType, Transaction } from '@floe/messaging';

/** The log of facts that the public API shows, in one order for everybody. */
export abstract class PublicLog {
  /** Keeps the fact once; it gets its place in the order after the commit, from the one appender. */
  abstract add<Fact>(type: FactType<Fact>, fact: Fact, tx: Transaction): Promise<void>;
}
