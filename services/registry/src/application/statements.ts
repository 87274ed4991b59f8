import type { Transaction } from '@floe/messaging';

/** Runs work of one statement, without a transaction around it: it wakes nobody and keeps nothing together. */
export abstract class Statements {
  abstract run<Result>(
    work: (tx: Transaction) => Promise<Result>,
    signal: AbortSignal,
  ): Promise<Result>;
}
