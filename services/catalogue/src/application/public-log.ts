import type { FactType, Transaction } from '@floe/messaging';

/** The log of facts that the public API shows, in one order for everybody. */
export abstract class PublicLog {
  /** Keeps the fact once, before the transaction commits; its place in the order comes later, from the one appender. */
  abstract add<Fact>(type: FactType<Fact>, fact: Fact, tx: Transaction): void;
}
