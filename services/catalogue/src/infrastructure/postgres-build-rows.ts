import { stateOf, type Told } from '@floe/builds';
import type { Identity } from '@floe/contracts';
import type { Transaction } from '@floe/messaging';
import { managerOf } from '@floe/outbox';
import { Injectable } from '@nestjs/common';

import { BuildRows, type SilentBuild } from '../application/build-rows.ts';

@Injectable()
export class PostgresBuildRows extends BuildRows {
  /** The no-change update takes the row lock and makes the row on first use, in one statement. */
  override async lock({ buildId, team, model }: Identity, tx: Transaction): Promise<Told> {
    const [row]: [{ told: Told }] = await managerOf(tx).query(
      `INSERT INTO build (build_id, team, model, state, told) VALUES ($1, $2, $3, 'received', '{}')
       ON CONFLICT (build_id) DO UPDATE SET build_id = build.build_id
       RETURNING told`,
      [buildId, team, model],
    );
    return row.told;
  }

  override async save({ buildId }: Identity, told: Told, tx: Transaction): Promise<void> {
    await managerOf(tx).query(
      `UPDATE build SET told = $2, state = $3, created_at = LEAST(created_at, $4::timestamptz), told_at = now()
        WHERE build_id = $1`,
      [buildId, JSON.stringify(told), stateOf(told), told.uploaded?.upload.uploadedAt ?? null],
    );
  }

  override async touch({ buildId }: Identity, tx: Transaction): Promise<void> {
    await managerOf(tx).query(`UPDATE build SET told_at = now() WHERE build_id = $1`, [buildId]);
  }

  override silentSince(
    before: Date,
    limit: number,
    tx: Transaction,
  ): Promise<readonly SilentBuild[]> {
    return managerOf(tx).query(
      `SELECT build_id AS "buildId", team, model, told, told_at AS "toldAt" FROM build
        WHERE state NOT IN ('released', 'failed', 'cancelled') AND told_at < $1
        ORDER BY told_at LIMIT $2 FOR UPDATE SKIP LOCKED`,
      [before, limit],
    );
  }
}
