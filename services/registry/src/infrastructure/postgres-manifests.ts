import type { Transaction } from '@floe/messaging';
import { askTogether, type Asking, managerOf } from '@floe/outbox';
import { Injectable } from '@nestjs/common';

import { Manifests, type ReferrersQuery } from '../application/manifests.ts';
import type { PushedManifest, Reference, Referrer, StoredManifest } from '../domain/manifest.ts';
import { SAVED } from './save-manifests.ts';

interface ManifestRow {
  readonly digest: string;
  readonly media_type: string;
  readonly bytes: Buffer;
}

interface AbsentRow {
  readonly bytes: null;
}

interface ReferrerRow {
  readonly digest: string;
  readonly media_type: string;
  readonly size: number;
  readonly artifact_type: string | null;
  readonly annotations: Record<string, string> | null;
}

/** Of a digest, which a pull asks for again and again. */
const BY_DIGEST: Asking<
  { readonly repository: string; readonly digest: string },
  StoredManifest | undefined
> = {
  async ask(wanted, tx) {
    const rows: (ManifestRow | AbsentRow)[] = await managerOf(tx).query(
      `SELECT digest, media_type, bytes
         FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS asked (repository, digest, at)
         LEFT JOIN manifest USING (repository, digest)
        ORDER BY at`,
      [wanted.map(({ repository }) => repository), wanted.map(({ digest }) => digest)],
    );
    return rows.map(storedOf);
  },
};

@Injectable()
export class PostgresManifests extends Manifests {
  override async find(
    repository: string,
    reference: Reference,
    tx: Transaction,
  ): Promise<StoredManifest | undefined> {
    if (reference.kind === 'digest') {
      return askTogether(tx, BY_DIGEST, { repository, digest: reference.digest });
    }
    const [row]: ManifestRow[] = await managerOf(tx).query(
      `SELECT digest, media_type, bytes FROM tag JOIN manifest USING (repository, digest)
        WHERE repository = $1 AND name = $2`,
      [repository, reference.tag],
    );
    return row && storedOf(row);
  }

  override save(
    repository: string,
    manifest: PushedManifest,
    tx: Transaction,
  ): Promise<readonly string[]> {
    return askTogether(tx, SAVED, { repository, manifest });
  }

  override async referrers(
    repository: string,
    subject: string,
    { artifactType, after, limit }: ReferrersQuery,
    tx: Transaction,
  ): Promise<readonly Referrer[]> {
    const rows: ReferrerRow[] = await managerOf(tx).query(
      `SELECT digest, media_type, octet_length(bytes) AS size, artifact_type, annotations
         FROM manifest
        WHERE repository = $1 AND subject = $2 AND digest > $3 AND ($4::text IS NULL OR artifact_type = $4)
        ORDER BY digest LIMIT $5`,
      [repository, subject, after, artifactType ?? null, limit],
    );
    return rows.map(referrerOf);
  }

  override async remove(
    repository: string,
    digest: string,
    tx: Transaction,
  ): Promise<'removed' | 'unknown' | 'kept'> {
    const manager = managerOf(tx);
    const [row]: { kept: boolean }[] = await manager.query(
      `SELECT kept
              OR EXISTS (SELECT FROM tag t WHERE t.repository = $1 AND t.digest = $2 AND version IS NOT NULL)
              OR EXISTS (SELECT FROM alias a WHERE a.repository = $1 AND a.digest = $2)
              OR EXISTS (SELECT FROM manifest_child c WHERE c.repository = $1 AND c.child = $2) AS kept
         FROM manifest WHERE repository = $1 AND digest = $2 FOR UPDATE`,
      [repository, digest],
    );
    if (row === undefined) return 'unknown';
    if (row.kept) return 'kept';
    await manager.query(`DELETE FROM tag WHERE repository = $1 AND digest = $2`, [
      repository,
      digest,
    ]);
    await manager.query(`DELETE FROM manifest WHERE repository = $1 AND digest = $2`, [
      repository,
      digest,
    ]);
    return 'removed';
  }
}

function storedOf(row: ManifestRow | AbsentRow): StoredManifest | undefined {
  if (row.bytes === null) return undefined;
  return { digest: row.digest, mediaType: row.media_type, bytes: row.bytes };
}

function referrerOf(row: ReferrerRow): Referrer {
  const { digest, media_type: mediaType, size: sizeBytes } = row;
  return {
    digest,
    mediaType,
    sizeBytes,
    ...(row.artifact_type !== null && { artifactType: row.artifact_type }),
    ...(row.annotations !== null && { annotations: row.annotations }),
  };
}
