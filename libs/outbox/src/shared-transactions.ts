import { allAborted, DatabaseUnavailable, Together, type Transaction } from '@floe/messaging';
import { keepingTrace } from '@floe/trace';

import { Transactions } from './transactions.ts';

const MOST_WORKS = 100;

interface Shared {
  readonly work: (tx: Transaction) => Promise<unknown>;
  readonly signal: AbortSignal;
}

/**
 * Commits what several callers do at the same time as one: the wait for the disk and the round trips are then shared,
 * too. When that fails each has a transaction of its own. For work that fails seldom and locks nothing for long.
 */
export class SharedTransactions extends Transactions {
  readonly #together: Together<Shared, unknown>;

  constructor(transactions: Transactions) {
    super();
    this.#together = new Together(
      (shared) => runAll(transactions, shared),
      MOST_WORKS,
      (error) => !(error instanceof DatabaseUnavailable),
    );
  }

  /** An abort counts as long as nobody shares the transaction. */
  override async run<Result>(
    work: (tx: Transaction) => Promise<Result>,
    signal: AbortSignal,
  ): Promise<Result> {
    signal.throwIfAborted();
    return (await this.#together.ask({ work: keepingTrace(work), signal })) as Result;
  }
}

async function runAll(
  transactions: Transactions,
  shared: readonly Shared[],
): Promise<readonly unknown[]> {
  using all = allAborted(shared.map(({ signal }) => signal));
  return await transactions.run(async (tx) => {
    const results: unknown[] = [];
    for (const { work } of shared) results.push(await work(tx));
    return results;
  }, all.signal);
}
