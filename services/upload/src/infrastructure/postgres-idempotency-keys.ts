import type { Transaction } from '@floe/messaging';
import { managerOf } from '@floe/outbox';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';

import { type IdempotencyKey, IdempotencyKeys, type Taken } from '../application/builds.ts';

@Injectable()
export class PostgresIdempotencyKeys extends IdempotencyKeys {
  constructor(private readonly dataSource: DataSource) {
    super();
  }

  override async find({ team, model, key }: IdempotencyKey): Promise<Taken | undefined> {
    const [row]: Taken[] = await this.dataSource.query(
      `SELECT build_id AS "buildId", request_hash AS "requestHash" FROM idempotency_key
        WHERE team = $1 AND model = $2 AND key = $3`,
      [team, model, key],
    );
    return row;
  }

  /** The no-change update waits for a twin's commit and gives what it wrote, in one statement. */
  override async take(
    { team, model, key }: IdempotencyKey,
    { buildId, requestHash }: Taken,
    tx: Transaction,
  ): Promise<Taken> {
    const [row]: [Taken] = await managerOf(tx).query(
      `INSERT INTO idempotency_key (team, model, key, request_hash, build_id) VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT (team, model, key) DO UPDATE SET key = idempotency_key.key
       RETURNING build_id AS "buildId", request_hash AS "requestHash"`,
      [team, model, key, requestHash, buildId],
    );
    return row;
  }

  override async forget(before: Date, limit: number): Promise<number> {
    const [, forgotten]: [unknown, number] = await this.dataSource.query(
      `DELETE FROM idempotency_key WHERE (team, model, key) IN (
         SELECT team, model, key FROM idempotency_key WHERE taken_at < $1 ORDER BY taken_at LIMIT $2)`,
      [before, limit],
    );
    return forgotten;
  }
}
