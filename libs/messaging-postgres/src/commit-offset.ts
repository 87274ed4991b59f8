import type { Pool } from 'pg';

import type { Place } from './place.ts';

export interface Commit extends Place {
  readonly group: string;
  readonly offset: bigint;
  /** The number that the member got when it took the partition over. */
  readonly epoch: bigint;
}

/**
 * Gives `false` for each partition that another member has taken over since: nothing was committed there. The server
 * need not wait for its disk: what a crash takes back is delivered again.
 */
export async function commitOffsets(
  pool: Pool,
  commits: readonly Commit[],
): Promise<readonly boolean[]> {
  const { rows } = await pool.query<{ at: number }>({
    name: 'commit',
    text: COMMIT,
    values: [
      commits.map(({ group }) => group),
      commits.map(({ topic }) => topic),
      commits.map(({ partition }) => partition),
      commits.map(({ offset }) => offset),
      commits.map(({ epoch }) => epoch),
    ],
  });
  const committed = new Set(rows.map(({ at }) => at));
  return commits.map((_, nth) => committed.has(nth + 1));
}

/** The rows are locked in one order, as a taking over locks them. */
const COMMIT = `
  WITH asked AS (
    SELECT * FROM unnest($1::text[], $2::text[], $3::int[], $4::bigint[], $5::bigint[])
                  WITH ORDINALITY AS _ (consumer_group, topic, partition, "offset", epoch, at)
  ), ours AS (
    SELECT consumer_group, topic, partition, asked."offset", at
      FROM bus.committed JOIN asked USING (consumer_group, topic, partition, epoch)
     ORDER BY consumer_group, topic, partition
       FOR UPDATE OF committed
  )
  UPDATE bus.committed SET "offset" = ours."offset" FROM ours
   WHERE committed.consumer_group = ours.consumer_group
     AND committed.topic = ours.topic AND committed.partition = ours.partition
  RETURNING at::int`;
