import type { Transaction } from '@floe/messaging';
import { managerOf } from '@floe/outbox';
import { Injectable } from '@nestjs/common';

import { Tags } from '../application/tags.ts';

@Injectable()
export class PostgresTags extends Tags {
  /** The no-change update takes the row lock and makes the row on first use, in one statement. */
  override async lock(repository: string, tx: Transaction): Promise<void> {
    await managerOf(tx).query(
      `INSERT INTO repository (name) VALUES ($1) ON CONFLICT (name) DO UPDATE SET name = EXCLUDED.name`,
      [repository],
    );
  }

  override async find(
    repository: string,
    tag: string,
    tx: Transaction,
  ): Promise<string | undefined> {
    const [row]: { digest: string }[] = await managerOf(tx).query(
      `SELECT digest FROM tag WHERE repository = $1 AND name = $2`,
      [repository, tag],
    );
    return row?.digest;
  }

  override async list(
    repository: string,
    { after, limit }: { readonly after: string; readonly limit: number },
    tx: Transaction,
  ): Promise<readonly string[] | undefined> {
    const rows: { name: string | null }[] = await managerOf(tx).query(
      `SELECT tag.name FROM repository LEFT JOIN tag ON tag.repository = repository.name AND tag.name > $2
        WHERE repository.name = $1 ORDER BY tag.name LIMIT $3`,
      [repository, after, limit],
    );
    if (rows.length === 0) return undefined;
    return rows.flatMap(({ name }) => name ?? []);
  }

  override async move(
    repository: string,
    tag: string,
    digest: string,
    tx: Transaction,
  ): Promise<void> {
    await managerOf(tx).query(
      `INSERT INTO tag (repository, name, digest) VALUES ($1, $2, $3)
       ON CONFLICT (repository, name) DO UPDATE SET digest = EXCLUDED.digest, moved_at = now()`,
      [repository, tag, digest],
    );
  }

  override async remove(repository: string, tag: string, tx: Transaction): Promise<boolean> {
    const [, count]: [unknown, number] = await managerOf(tx).query(
      `DELETE FROM tag WHERE repository = $1 AND name = $2`,
      [repository, tag],
    );
    return count > 0;
  }

  override async freeze(
    repository: string,
    version: number,
    digest: string,
    tx: Transaction,
  ): Promise<string> {
    const [standing]: [{ digest: string }] = await managerOf(tx).query(
      `INSERT INTO tag (repository, name, digest, version) VALUES ($1, $2::text, $3, $2::integer)
       ON CONFLICT (repository, name) DO UPDATE SET digest = tag.digest RETURNING digest`,
      [repository, version, digest],
    );
    await managerOf(tx).query(
      `INSERT INTO tag (repository, name, digest)
       SELECT repository, 'latest', digest FROM tag
        WHERE repository = $1 AND version = (SELECT max(version) FROM tag WHERE repository = $1)
       ON CONFLICT (repository, name) DO UPDATE SET digest = EXCLUDED.digest, moved_at = now()
        WHERE tag.digest <> EXCLUDED.digest`,
      [repository],
    );
    return standing.digest;
  }
}
