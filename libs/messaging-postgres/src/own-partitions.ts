import { nameOf, type Place } from './place.ts';
import type { Session } from './session.ts';

/** A partition that this session holds, and where its group goes on. */
export interface Owned extends Place {
  readonly committed: bigint;
  readonly epoch: bigint;
}

/** Takes those that no session holds; the lock belongs to the session: the server frees it when the member dies. */
export async function ownPartitions(
  session: Session,
  group: string,
  places: readonly Place[],
): Promise<Owned[]> {
  const { rows } = await session.query<{ topic: string; partition: number; owned: boolean }>(
    `SELECT topic, partition, pg_try_advisory_lock(hashtextextended(lock, 0)) AS owned
       FROM unnest($1::text[], $2::int[], $3::text[]) AS _ (topic, partition, lock)`,
    [...columnsOf(places), places.map((place) => lockOf(group, place))],
  );
  const owned = rows.filter((row) => row.owned);
  if (owned.length === 0) return [];

  const taken = await session.query<{
    topic: string;
    partition: number;
    offset: string;
    epoch: string;
  }>(TAKE_OVER, [group, ...columnsOf(owned)]);
  return taken.rows.map(({ topic, partition, offset, epoch }) => ({
    topic,
    partition,
    committed: BigInt(offset),
    epoch: BigInt(epoch),
  }));
}

export async function disownPartition(
  session: Session,
  group: string,
  place: Place,
): Promise<void> {
  await session.query(`SELECT pg_advisory_unlock(hashtextextended($1, 0))`, [lockOf(group, place)]);
}

function lockOf(group: string, place: Place): string {
  return `bus/${group}/${nameOf(place)}`;
}

function columnsOf(places: readonly Place[]): [string[], number[]] {
  return [places.map(({ topic }) => topic), places.map(({ partition }) => partition)];
}

/** The new epoch shuts out the commits of whoever held the partition before. */
const TAKE_OVER = `
  INSERT INTO bus.committed (consumer_group, topic, partition, "offset", epoch)
  SELECT $1, topic, partition, 0, 1 FROM unnest($2::text[], $3::int[]) AS _ (topic, partition)
   ORDER BY topic, partition
  ON CONFLICT (consumer_group, topic, partition) DO UPDATE SET epoch = bus.committed.epoch + 1
  RETURNING topic, partition, "offset", epoch`;
