import type { Transaction } from '@floe/messaging';
import { managerOf } from '@floe/outbox';
import { Injectable } from '@nestjs/common';

import { Tags, type VersionTag } from '../application/tags.ts';

/** The no-change update takes the locks and makes the rows on first use, in one statement and one order. */
const LOCK = `
  INSERT INTO repository (name) SELECT DISTINCT name FROM unnest($1::text[]) AS name ORDER BY name
  ON CONFLICT (name) DO UPDATE SET name = EXCLUDED.name`;

/** `latest` is found among the tags before the statement and those that it writes. */
const FREEZE = `
  WITH asked AS (
    SELECT * FROM unnest($1::text[], $2::int[], $3::text[]) WITH ORDINALITY AS _ (repository, version, digest, at)
  ), there AS (
    SELECT DISTINCT ON (repository, version) repository, version, digest
      FROM asked JOIN manifest USING (repository, digest) ORDER BY repository, version, at
  ), frozen AS (
    INSERT INTO tag (repository, name, digest, version)
    SELECT repository, version::text, digest, version FROM there
    ON CONFLICT (repository, name) DO UPDATE SET digest = tag.digest
    RETURNING repository, version, digest
  ), highest AS (
    SELECT DISTINCT ON (repository) repository, digest
      FROM (
        SELECT * FROM frozen
        UNION ALL
        SELECT repository, version, digest FROM tag WHERE version IS NOT NULL AND repository IN (SELECT repository FROM there)
      ) AS known
     ORDER BY repository, version DESC
  ), latest AS (
    INSERT INTO tag (repository, name, digest) SELECT repository, 'latest', digest FROM highest
    ON CONFLICT (repository, name) DO UPDATE SET digest = EXCLUDED.digest, moved_at = now()
     WHERE tag.digest <> EXCLUDED.digest
  )
  SELECT CASE WHEN manifest.digest IS NOT NULL THEN frozen.digest END AS standing
    FROM asked LEFT JOIN frozen USING (repository, version)
    LEFT JOIN manifest ON manifest.repository = asked.repository AND manifest.digest = asked.digest
   ORDER BY at`;

@Injectable()
export class PostgresTags extends Tags {
  override async lock(repository: string, tx: Transaction): Promise<void> {
    await managerOf(tx).query(LOCK, [[repository]]);
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
    versions: readonly VersionTag[],
    tx: Transaction,
  ): Promise<readonly (string | undefined)[]> {
    const repositories = versions.map(({ repository }) => repository);
    await managerOf(tx).query(LOCK, [repositories]);
    // A statement of its own: it sees what was committed before the locks.
    const rows: { standing: string | null }[] = await managerOf(tx).query(FREEZE, [
      repositories,
      versions.map(({ version }) => version),
      versions.map(({ digest }) => digest),
    ]);
    return rows.map(({ standing }) => standing ?? undefined);
  }
}
