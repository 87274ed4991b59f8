import type { Transaction } from '@floe/messaging';
import { managerOf } from '@floe/outbox';
import { Injectable } from '@nestjs/common';

import { Aliases } from '../application/aliases.ts';

@Injectable()
export class PostgresAliases extends Aliases {
  override async has(repository: string, alias: string, tx: Transaction): Promise<boolean> {
    const rows: unknown[] = await managerOf(tx).query(
      `SELECT FROM alias WHERE repository = $1 AND name = $2 AND digest IS NOT NULL`,
      [repository, alias],
    );
    return rows.length > 0;
  }

  override async record(
    repository: string,
    {
      alias,
      sequence,
      digest,
    }: { readonly alias: string; readonly sequence: number; readonly digest: string | undefined },
    tx: Transaction,
  ): Promise<boolean> {
    const rows: unknown[] = await managerOf(tx).query(
      `INSERT INTO alias (repository, name, sequence, digest) VALUES ($1, $2, $3, $4)
       ON CONFLICT (repository, name) DO UPDATE SET sequence = EXCLUDED.sequence, digest = EXCLUDED.digest
        WHERE alias.sequence < EXCLUDED.sequence
       RETURNING name`,
      [repository, alias, sequence, digest ?? null],
    );
    return rows.length > 0;
  }
}
