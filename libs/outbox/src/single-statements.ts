import { DatabaseUnavailable, type Transaction } from '@floe/messaging';
import type { DataSource } from 'typeorm';

import type { Asked } from './ask-together.ts';
import { isUnavailable } from './sql-state.ts';
import { Transactions } from './transactions.ts';
import { TypeOrmTransaction } from './typeorm-transaction.ts';

/**
 * For work of one statement: there is nothing that a transaction around them would keep together,
 * and its two round trips cost more than the reading.
 */
export class SingleStatements extends Transactions {
  readonly #asked: Asked = new Map();

  constructor(private readonly dataSource: DataSource) {
    super();
  }

  override async run<Result>(
    work: (tx: Transaction) => Promise<Result>,
    signal: AbortSignal,
  ): Promise<Result> {
    signal.throwIfAborted();
    try {
      const { manager } = this.dataSource;
      return await work(new TypeOrmTransaction(manager, signal, new Set(), () => {}, this.#asked));
    } catch (error) {
      throw isUnavailable(error) ? new DatabaseUnavailable('no database', { cause: error }) : error;
    }
  }
}
