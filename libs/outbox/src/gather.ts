import type { Transaction } from '@floe/messaging';

import { insideOf } from './typeorm-transaction.ts';

/** A kind of rows that a transaction writes together: a round trip for each would cost more than the rows. */
export interface Gathering<Row> {
  /** Written after all others, as facts are: their order is then that of the locks which the others took. */
  readonly last?: true;
  /** What it gathers itself is written after it, in the same transaction. */
  write(rows: readonly Row[], tx: Transaction): Promise<void>;
}

export type Gathered = Map<Gathering<never>, unknown[]>;

/** Has the row written before the transaction commits, in one statement with the others of its kind. */
export function gather<Row>(tx: Transaction, gathering: Gathering<Row>, row: Row): void {
  const { gathered } = insideOf(tx);
  const rows = gathered.get(gathering) ?? [];
  rows.push(row);
  gathered.set(gathering, rows);
}

/** Writes until nothing is left, each kind in the order in which it was gathered first. */
export async function writeGathered(tx: Transaction): Promise<void> {
  const { gathered } = insideOf(tx);
  for (let next = nextOf(gathered); next !== undefined; next = nextOf(gathered)) {
    const [kind, rows] = next;
    gathered.delete(kind);
    await kind.write(rows as never[], tx);
  }
}

function nextOf(gathered: Gathered): readonly [Gathering<never>, unknown[]] | undefined {
  const kinds = [...gathered];
  return kinds.find(([{ last }]) => !last) ?? kinds[0];
}
