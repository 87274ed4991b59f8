import type { BuildEnded, Upload } from '@floe/contracts';
import type { Transaction } from '@floe/messaging';
import {
  askTogether,
  type Asking,
  gather,
  type Gathering,
  managerOf,
  SingleStatements,
} from '@floe/outbox';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';

import { Builds } from '../application/builds.ts';
import type { AcceptedBuild, KnownBuild } from '../domain/build.ts';

/** The server's own timeouts bound each statement. */
const never = new AbortController().signal;

const KNOWN = `
  SELECT build_id AS "buildId", team, model, upload, cancel_requested_at IS NOT NULL AS "cancelRequested", numbered, ended
    FROM build`;

/** Of those who hold an answer until a build ends many look at the same time. */
const FOUND: Asking<string, KnownBuild | undefined> = {
  async ask(buildIds, tx) {
    const rows: KnownRow[] = await managerOf(tx).query(`${KNOWN} WHERE build_id = ANY($1)`, [
      buildIds,
    ]);
    const known = new Map(rows.map((row) => [row.buildId, knownOf(row)]));
    return buildIds.map((buildId) => known.get(buildId));
  },
};

interface KnownRow extends Omit<KnownBuild, 'ended'> {
  readonly upload: Upload;
  readonly ended: BuildEnded | null;
}

const ACCEPTED: Gathering<AcceptedBuild> = {
  async write(builds, tx) {
    await managerOf(tx).query(
      `INSERT INTO build (build_id, team, model, upload, accepted_at)
       SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::jsonb[], $5::timestamptz[])`,
      [
        builds.map(({ buildId }) => buildId),
        builds.map(({ team }) => team),
        builds.map(({ model }) => model),
        builds.map(({ upload }) => JSON.stringify(upload)),
        builds.map(({ upload }) => upload.uploadedAt),
      ],
    );
  },
};

const NUMBERED: Gathering<string> = {
  async write(buildIds, tx) {
    await managerOf(tx).query(`UPDATE build SET numbered = true WHERE build_id = ANY($1)`, [
      buildIds,
    ]);
  },
};

const ENDED: Gathering<BuildEnded> = {
  async write(ends, tx) {
    await managerOf(tx).query(
      `UPDATE build SET ended = news.ended FROM unnest($1::uuid[], $2::jsonb[]) AS news (build_id, ended)
        WHERE build.build_id = news.build_id AND build.ended IS NULL`,
      [ends.map(({ buildId }) => buildId), ends.map((end) => JSON.stringify(end))],
    );
  },
};

@Injectable()
export class PostgresBuilds extends Builds {
  readonly #statements: SingleStatements;

  constructor(private readonly dataSource: DataSource) {
    super();
    this.#statements = new SingleStatements(dataSource);
  }

  override add(build: AcceptedBuild, tx: Transaction): void {
    gather(tx, ACCEPTED, build);
  }

  override async find(buildId: string): Promise<KnownBuild | undefined> {
    return this.#statements.run((tx) => askTogether(tx, FOUND, buildId), never);
  }

  override async endedOf(buildIds: readonly string[]): Promise<readonly string[]> {
    const rows: { build_id: string }[] = await this.dataSource.query(
      `SELECT build_id FROM build WHERE build_id = ANY($1) AND ended IS NOT NULL`,
      [buildIds],
    );
    return rows.map(({ build_id }) => build_id);
  }

  override async lock(buildId: string, tx: Transaction): Promise<KnownBuild | undefined> {
    const [row]: KnownRow[] = await managerOf(tx).query(`${KNOWN} WHERE build_id = $1 FOR UPDATE`, [
      buildId,
    ]);
    return row && knownOf(row);
  }

  override async requestCancel(buildId: string, at: Date, tx: Transaction): Promise<void> {
    await managerOf(tx).query(`UPDATE build SET cancel_requested_at = $2 WHERE build_id = $1`, [
      buildId,
      at,
    ]);
  }

  override markNumbered(buildId: string, tx: Transaction): void {
    gather(tx, NUMBERED, buildId);
  }

  override markEnded(end: BuildEnded, tx: Transaction): void {
    gather(tx, ENDED, end);
  }

  override async takeUnanswered(
    before: Date,
    now: Date,
    limit: number,
    tx: Transaction,
  ): Promise<readonly AcceptedBuild[]> {
    const [rows]: [AcceptedBuild[]] = await managerOf(tx).query(
      `UPDATE build SET told_at = $2 WHERE build_id IN (
         SELECT build_id FROM build WHERE ended IS NULL AND NOT numbered AND told_at < $1
          ORDER BY told_at LIMIT $3 FOR UPDATE SKIP LOCKED)
       RETURNING build_id AS "buildId", team, model, upload`,
      [before, now, limit],
    );
    return rows;
  }
}

function knownOf(row: KnownRow): KnownBuild {
  return { ...row, ended: row.ended ?? undefined };
}
