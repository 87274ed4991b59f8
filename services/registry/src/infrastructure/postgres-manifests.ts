import type { Transaction } from '@floe/messaging';
import { isForeignLayer } from '@floe/oci';
import { managerOf } from '@floe/outbox';
import { Injectable } from '@nestjs/common';

import { Manifests, type ReferrersQuery } from '../application/manifests.ts';
import type { PushedManifest, Reference, Referrer, StoredManifest } from '../domain/manifest.ts';

interface ManifestRow {
  readonly digest: string;
  readonly media_type: string;
  readonly bytes: Buffer;
}

interface ReferrerRow {
  readonly digest: string;
  readonly media_type: string;
  readonly size: number;
  readonly artifact_type: string | null;
  readonly annotations: Record<string, string> | null;
}

const SAVE = `
  WITH made AS (
    INSERT INTO repository (name) VALUES ($1::text) ON CONFLICT DO NOTHING
  ), saved AS (
    INSERT INTO manifest (repository, digest, media_type, bytes, kept, subject, artifact_type, annotations)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
    ON CONFLICT (repository, digest) DO UPDATE SET kept = true WHERE EXCLUDED.kept AND NOT manifest.kept
  ), blobs AS (
    INSERT INTO manifest_blob SELECT $1::text, $2::text, unnest($9::text[]) ON CONFLICT DO NOTHING
  )
  INSERT INTO manifest_child SELECT $1::text, $2::text, unnest($10::text[]) ON CONFLICT DO NOTHING`;

@Injectable()
export class PostgresManifests extends Manifests {
  override async find(
    repository: string,
    reference: Reference,
    tx: Transaction,
  ): Promise<StoredManifest | undefined> {
    const byDigest = `SELECT digest, media_type, bytes FROM manifest WHERE repository = $1 AND digest = $2`;
    const byTag = `SELECT digest, media_type, bytes FROM tag JOIN manifest USING (repository, digest)
                    WHERE repository = $1 AND name = $2`;
    const [row]: ManifestRow[] =
      reference.kind === 'tag'
        ? await managerOf(tx).query(byTag, [repository, reference.tag])
        : await managerOf(tx).query(byDigest, [repository, reference.digest]);
    return row && { digest: row.digest, mediaType: row.media_type, bytes: row.bytes };
  }

  override async missing(
    repository: string,
    parsed: PushedManifest['parsed'],
    tx: Transaction,
  ): Promise<readonly string[]> {
    const rows: { digest: string }[] = await managerOf(tx).query(
      `SELECT digest FROM unnest($2::text[]) AS wanted (digest)
        WHERE NOT EXISTS (SELECT FROM blob_link b WHERE b.repository = $1 AND b.digest = wanted.digest)
       UNION ALL
       SELECT digest FROM unnest($3::text[]) AS wanted (digest)
        WHERE NOT EXISTS (SELECT FROM manifest m WHERE m.repository = $1 AND m.digest = wanted.digest)`,
      [repository, blobsOf(parsed), childrenOf(parsed)],
    );
    return rows.map(({ digest }) => digest);
  }

  override async save(repository: string, pushed: PushedManifest, tx: Transaction): Promise<void> {
    const { digest, mediaType, bytes, kept, parsed } = pushed;
    await managerOf(tx).query(SAVE, [
      repository,
      digest,
      mediaType,
      bytes,
      kept,
      parsed.subject?.digest ?? null,
      parsed.artifactType ?? null,
      parsed.annotations === undefined ? null : JSON.stringify(parsed.annotations),
      blobsOf(parsed),
      childrenOf(parsed),
    ]);
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

/** Foreign layers are elsewhere by their nature. */
function blobsOf({ blobs }: PushedManifest['parsed']): readonly string[] {
  return blobs.filter(({ mediaType }) => !isForeignLayer(mediaType)).map(({ digest }) => digest);
}

function childrenOf({ manifests }: PushedManifest['parsed']): readonly string[] {
  return manifests.map(({ digest }) => digest);
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
