import type { Layer } from '@floe/contracts';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';

import { UploadSessions } from '../application/upload-sessions.ts';
import type {
  ReceivedParts,
  Refusal,
  SessionState,
  UploadSession,
} from '../domain/upload-session.ts';

const SESSION = `SELECT upload_id, team, store_key, size_bytes, part_size_bytes, wanted, state, digest, refusal, touched_at
  FROM upload_session`;

interface SessionRow {
  readonly upload_id: string;
  readonly team: string;
  readonly store_key: string;
  /** bigint: a string in JavaScript. */
  readonly size_bytes: string;
  readonly part_size_bytes: string;
  readonly wanted: string | null;
  readonly state: SessionState['kind'];
  readonly digest: string | null;
  readonly refusal: Refusal | null;
  readonly touched_at: Date;
}

@Injectable()
export class PostgresUploadSessions extends UploadSessions {
  constructor(private readonly dataSource: DataSource) {
    super();
  }

  override async add(sessions: readonly UploadSession[]): Promise<void> {
    await this.dataSource.query(
      `INSERT INTO upload_session (upload_id, team, store_key, size_bytes, part_size_bytes, wanted, touched_at)
       SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::bigint[], $5::bigint[], $6::text[], $7::timestamptz[])`,
      [
        sessions.map(({ id }) => id),
        sessions.map(({ team }) => team),
        sessions.map(({ key }) => key),
        sessions.map(({ sizeBytes }) => sizeBytes),
        sessions.map(({ partSizeBytes }) => partSizeBytes),
        sessions.map(({ wanted }) => wanted ?? null),
        sessions.map(({ touchedAt }) => touchedAt),
      ],
    );
  }

  override async find(id: string): Promise<UploadSession | undefined> {
    const [row]: SessionRow[] = await this.dataSource.query(`${SESSION} WHERE upload_id = $1`, [
      id,
    ]);
    return row && sessionOf(row);
  }

  override async unfinished(
    team: string,
    sizes: readonly number[],
  ): Promise<readonly UploadSession[]> {
    const rows: SessionRow[] = await this.dataSource.query(
      `${SESSION} WHERE team = $1 AND size_bytes = ANY($2) AND state IN ('open', 'sealed', 'proven') ORDER BY ordinal`,
      [team, sizes],
    );
    return rows.map(sessionOf);
  }

  override async parts(id: string): Promise<ReceivedParts> {
    const rows: { number: number; crc32: string }[] = await this.dataSource.query(
      `SELECT number, crc32 FROM upload_part WHERE upload_id = $1`,
      [id],
    );
    return new Map(rows.map(({ number, crc32 }) => [number, crc32]));
  }

  /** The update locks the row: a part is counted before its upload is sealed, or not at all. */
  override async addPart(id: string, number: number, crc32: string): Promise<boolean> {
    const rows: unknown[] = await this.dataSource.query(
      `WITH open AS (
         UPDATE upload_session SET touched_at = now() WHERE upload_id = $1 AND state = 'open' RETURNING upload_id)
       INSERT INTO upload_part (upload_id, number, crc32) SELECT upload_id, $2, $3 FROM open
       ON CONFLICT (upload_id, number) DO UPDATE SET crc32 = upload_part.crc32 RETURNING number`,
      [id, number, crc32],
    );
    return rows.length === 1;
  }

  override async attempt(id: string, number: number): Promise<number> {
    const rows: { attempts: number }[] = await this.dataSource.query(
      `INSERT INTO upload_part_attempt AS known (upload_id, number, attempts)
       SELECT upload_id, $2, 1 FROM upload_session WHERE upload_id = $1
       ON CONFLICT (upload_id, number) DO UPDATE SET attempts = known.attempts + 1 RETURNING attempts`,
      [id, number],
    );
    return rows[0]?.attempts ?? 0;
  }

  override async withdrawAttempt(id: string, number: number): Promise<void> {
    await this.dataSource.query(
      `UPDATE upload_part_attempt SET attempts = attempts - 1 WHERE upload_id = $1 AND number = $2`,
      [id, number],
    );
  }

  override async attemptedOnce(id: string): Promise<ReadonlySet<number>> {
    const rows: { number: number }[] = await this.dataSource.query(
      `SELECT number FROM upload_part_attempt WHERE upload_id = $1 AND attempts = 1`,
      [id],
    );
    return new Set(rows.map(({ number }) => number));
  }

  override async move(id: string, from: SessionState['kind'], to: SessionState): Promise<boolean> {
    const [, moved]: [unknown, number] = await this.dataSource.query(
      `UPDATE upload_session SET state = $3, digest = $4, refusal = $5, touched_at = now()
        WHERE upload_id = $1 AND state = $2`,
      [
        id,
        from,
        to.kind,
        'digest' in to ? to.digest : null,
        'refusal' in to ? JSON.stringify(to.refusal) : null,
      ],
    );
    return moved === 1;
  }

  override async markPresent({ id, team }: UploadSession, blob: Layer): Promise<void> {
    await this.dataSource.query(
      `WITH present AS (
         UPDATE upload_session SET state = 'present', digest = $3, touched_at = now() WHERE upload_id = $1)
       INSERT INTO proven_blob (team, digest, size_bytes) VALUES ($2, $3, $4) ON CONFLICT DO NOTHING`,
      [id, team, blob.digest, blob.sizeBytes],
    );
  }

  override async drop(id: string): Promise<SessionState['kind'] | undefined> {
    const [[dropped]]: [Pick<SessionRow, 'state'>[], number] = await this.dataSource.query(
      `DELETE FROM upload_session WHERE upload_id = $1 RETURNING state`,
      [id],
    );
    return dropped?.state;
  }

  override async idle(since: Date, limit: number): Promise<readonly UploadSession[]> {
    const rows: SessionRow[] = await this.dataSource.query(
      `${SESSION} WHERE touched_at < $1 ORDER BY touched_at LIMIT $2`,
      [since, limit],
    );
    return rows.map(sessionOf);
  }

  override async dropIdle(id: string, since: Date): Promise<SessionState['kind'] | undefined> {
    const [[dropped]]: [Pick<SessionRow, 'state'>[], number] = await this.dataSource.query(
      `DELETE FROM upload_session WHERE upload_id = $1 AND touched_at < $2 RETURNING state`,
      [id, since],
    );
    return dropped?.state;
  }
}

function sessionOf(row: SessionRow): UploadSession {
  return {
    id: row.upload_id,
    team: row.team,
    key: row.store_key,
    sizeBytes: Number(row.size_bytes),
    partSizeBytes: Number(row.part_size_bytes),
    wanted: row.wanted ?? undefined,
    state: stateOf(row),
    touchedAt: row.touched_at,
  };
}

/** The checks of the table keep digest and refusal to the states that have them. */
function stateOf({ state, digest, refusal }: SessionRow): SessionState {
  switch (state) {
    case 'open':
      return { kind: 'open' };
    case 'sealed':
    case 'proven':
    case 'present':
      return { kind: state, digest: digest ?? '' };
    case 'dead':
      return { kind: 'dead', refusal: refusal ?? { code: 'INTERNAL', message: '', hint: '' } };
  }
}
