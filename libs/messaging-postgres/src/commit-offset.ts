import type { Pool } from 'pg';

import type { Place } from './place.ts';

export interface Commit extends Place {
  readonly group: string;
  readonly offset: bigint;
  /** The number that the member got when it took the partition over. */
  readonly epoch: bigint;
}

/** Gives `false` when another member has taken the partition over since: nothing was committed. */
export async function commitOffset(
  pool: Pool,
  { group, topic, partition, offset, epoch }: Commit,
): Promise<boolean> {
  const { rowCount } = await pool.query({
    name: 'commit',
    text: `
      UPDATE bus.committed SET "offset" = $4
       WHERE consumer_group = $1 AND topic = $2 AND partition = $3 AND epoch = $5`,
    values: [group, topic, partition, offset, epoch],
  });
  return rowCount === 1;
}
