import type { Transaction } from '@floe/messaging';

/** Opens transactions that only read: they wake nobody. */
export abstract class Reads {
  abstract run<Result>(
    work: (tx: Transaction) => Promise<Result>,
    signal: AbortSignal,
  ): Promise<Result>;
}
