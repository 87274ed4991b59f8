import { Transaction } from '@floe/messaging';
import type { EntityManager } from 'typeorm';

import type { Asked } from './ask-together.ts';
import type { Gathered } from './gather.ts';

/** What a transaction carries besides what its callers see; for this lib only. */
export class TypeOrmTransaction extends Transaction {
  readonly gathered: Gathered = new Map();

  constructor(
    readonly manager: EntityManager,
    override readonly signal: AbortSignal,
    /** Rung when it has ended. */
    readonly bells: Set<() => void>,
    readonly wakeRelay: () => void,
    /** Where each statement stands for itself: what others ask at the same time. */
    readonly asked?: Asked,
  ) {
    super();
  }
}

/** Runs `wake` once when the transaction has ended, whatever its outcome: for doorbells, never for effects. */
export function afterwards(tx: Transaction, wake: () => void): void {
  insideOf(tx).bells.add(wake);
}

/** Says that the transaction wrote facts: the relay is woken when it has ended. */
export function told(tx: Transaction): void {
  const { bells, wakeRelay } = insideOf(tx);
  bells.add(wakeRelay);
}

/** What TypeORM can do inside the transaction; for infrastructure only. */
export function managerOf(tx: Transaction): EntityManager {
  return insideOf(tx).manager;
}

export function insideOf(tx: Transaction): TypeOrmTransaction {
  if (!(tx instanceof TypeOrmTransaction)) throw new TypeError('not a transaction of TypeORM');
  return tx;
}
