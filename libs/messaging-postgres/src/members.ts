import type { Session } from './session.ts';

/** "FLOE" in ASCII: the first half of the two-part lock of a member. */
const LOCK_CLASS = 0x464c4f45;

const LIVING = `
  SELECT objid::bigint FROM pg_locks
   WHERE locktype = 'advisory' AND classid = ${LOCK_CLASS} AND objsubid = 2 AND granted
     AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`;

/** Deletes the rows of members whose session has ended. */
export const FORGET_MEMBERS = `DELETE FROM bus.member WHERE id::bigint NOT IN (${LIVING})`;

export interface Member {
  readonly id: number;
  readonly group: string;
  readonly topics: readonly string[];
}

/** Registers a member; it is alive as long as this session. */
export async function joinGroup(
  session: Session,
  group: string,
  topics: readonly string[],
): Promise<number> {
  const { rows } = await session.query<{ id: number }>(
    `INSERT INTO bus.member (consumer_group, topics) VALUES ($1, $2)
     RETURNING id, pg_advisory_lock(${LOCK_CLASS}, id)`,
    [group, topics],
  );
  const [row] = rows;
  if (row === undefined) throw new Error('the member was not registered');
  return row.id;
}

export async function leaveGroup(session: Session, id: number): Promise<void> {
  await session.query(`SELECT pg_advisory_unlock(${LOCK_CLASS}, $1)`, [id]);
  await session.query(`DELETE FROM bus.member WHERE id = $1`, [id]);
}

/** All living members of the groups, in the order of joining. */
export async function membersOf(session: Session, groups: readonly string[]): Promise<Member[]> {
  const { rows } = await session.query<Member>({
    name: 'members',
    text: `
      SELECT id, consumer_group AS "group", topics FROM bus.member
       WHERE consumer_group = ANY($1) AND id::bigint IN (${LIVING})
       ORDER BY id`,
    values: [groups],
  });
  return rows;
}
