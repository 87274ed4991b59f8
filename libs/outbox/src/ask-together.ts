import { Together, type Transaction } from '@floe/messaging';

import { isUnavailable } from './sql-state.ts';
import { insideOf, TypeOrmTransaction } from './typeorm-transaction.ts';

const MOST_ROWS = 100;

/** A statement that answers several callers as well as one. */
export interface Asking<Row, Answer> {
  /** Gives an answer for each row, in their order. */
  ask(rows: readonly Row[], tx: Transaction): Promise<readonly Answer[]>;
}

/** What is asked outside of transactions, for each kind of statement. */
export type Asked = Map<Asking<never, unknown>, Together<unknown, unknown>>;

/** Asks alone inside a transaction; outside of one, with all who ask the same at the same time. */
export async function askTogether<Row, Answer>(
  tx: Transaction,
  asking: Asking<Row, Answer>,
  row: Row,
): Promise<Answer> {
  const { asked, manager, signal } = insideOf(tx);
  if (asked === undefined) {
    const [answer] = await asking.ask([row], tx);
    return answer as Answer;
  }
  let together = asked.get(asking);
  if (together === undefined) {
    // It works for several callers: no one's deadline ends it, the server's timeouts do.
    const own = new TypeOrmTransaction(manager, new AbortController().signal, new Set(), () => {});
    together = new Together(
      (rows) => asking.ask(rows as Row[], own),
      MOST_ROWS,
      (error) => !isUnavailable(error),
    );
    asked.set(asking, together);
  }
  signal.throwIfAborted();
  return (await together.ask(row)) as Answer;
}
