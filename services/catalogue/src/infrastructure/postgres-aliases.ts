import type { Transaction } from '@floe/messaging';
import { managerOf } from '@floe/outbox';
import { Injectable } from '@nestjs/common';

import { Aliases } from '../application/aliases.ts';
import type { Alias } from '../domain/alias.ts';

@Injectable()
export class PostgresAliases extends Aliases {
  override async find(
    { team, model, alias }: Pick<Alias, 'team' | 'model' | 'alias'>,
    tx: Transaction,
  ): Promise<Alias> {
    const rows: { version: number | null; sequence: number }[] = await managerOf(tx).query(
      `SELECT version, sequence FROM alias WHERE team = $1 AND model = $2 AND alias = $3`,
      [team, model, alias],
    );
    const { version = null, sequence = 0 } = rows[0] ?? {};
    return { team, model, alias, version: version ?? undefined, sequence };
  }

  override async save(
    { team, model, alias, version, sequence }: Alias,
    at: Date,
    tx: Transaction,
  ): Promise<void> {
    await managerOf(tx).query(
      `INSERT INTO alias (team, model, alias, version, sequence) VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT (team, model, alias) DO UPDATE SET version = excluded.version, sequence = excluded.sequence`,
      [team, model, alias, version ?? null, sequence],
    );
    await managerOf(tx).query(
      `INSERT INTO alias_move (team, model, alias, sequence, version, moved_at) VALUES ($1, $2, $3, $4, $5, $6)`,
      [team, model, alias, sequence, version ?? null, at],
    );
  }
}
