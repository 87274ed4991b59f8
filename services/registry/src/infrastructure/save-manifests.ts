import { isForeignLayer } from '@floe/oci';
import { type Asking, managerOf } from '@floe/outbox';

import type { PushedManifest } from '../domain/manifest.ts';

interface Push {
  readonly repository: string;
  readonly manifest: PushedManifest;
}

/** Saves the manifests that lack nothing; gives for each what it lacks. */
export const SAVED: Asking<Push, readonly string[]> = {
  async ask(pushes, tx) {
    const manifests = pushes.map(({ manifest }) => manifest);
    const references = manifests.flatMap(referencesOf);
    const rows: { at: number; digest: string }[] = await managerOf(tx).query(SAVE, [
      pushes.map(({ repository }) => repository),
      manifests.map(({ digest }) => digest),
      manifests.map(({ mediaType }) => mediaType),
      manifests.map(({ bytes }) => bytes),
      manifests.map(({ kept }) => kept),
      manifests.map(({ parsed }) => parsed.subject?.digest),
      manifests.map(({ parsed }) => parsed.artifactType),
      manifests.map(({ parsed: { annotations } }) => annotations && JSON.stringify(annotations)),
      references.map(({ at }) => at),
      references.map(({ kind }) => kind),
      references.map(({ digest }) => digest),
    ]);
    const missing = Map.groupBy(rows, ({ at }) => at);
    return pushes.map((_, nth) => (missing.get(nth + 1) ?? []).map(({ digest }) => digest));
  },
};

/** A manifest that is pushed twice at the same time is saved once, kept when one of them is. */
const SAVE = `
  WITH pushed AS (
    SELECT *
      FROM unnest($1::text[], $2::text[], $3::text[], $4::bytea[], $5::bool[], $6::text[], $7::text[], $8::jsonb[])
           WITH ORDINALITY AS _ (repository, digest, media_type, bytes, kept, subject, artifact_type, annotations, at)
  ), reference AS (
    SELECT at, repository, pushed.digest AS manifest, kind, named.digest
      FROM unnest($9::int[], $10::text[], $11::text[]) AS named (at, kind, digest) JOIN pushed USING (at)
  ), missing AS (
    SELECT at, digest FROM reference AS named
     WHERE CASE kind
       WHEN 'blob' THEN
         NOT EXISTS (SELECT FROM blob_link b WHERE b.repository = named.repository AND b.digest = named.digest)
       ELSE
         NOT EXISTS (SELECT FROM manifest m WHERE m.repository = named.repository AND m.digest = named.digest)
       END
  ), whole AS (
    SELECT DISTINCT ON (repository, digest) * FROM pushed WHERE at NOT IN (SELECT at FROM missing)
     ORDER BY repository, digest, kept DESC
  ), made AS (
    INSERT INTO repository (name) SELECT DISTINCT repository FROM whole ORDER BY repository ON CONFLICT DO NOTHING
  ), saved AS (
    INSERT INTO manifest (repository, digest, media_type, bytes, kept, subject, artifact_type, annotations)
    SELECT repository, digest, media_type, bytes, kept, subject, artifact_type, annotations FROM whole
    ON CONFLICT (repository, digest) DO UPDATE SET kept = true WHERE EXCLUDED.kept AND NOT manifest.kept
  ), blobs AS (
    INSERT INTO manifest_blob SELECT DISTINCT repository, manifest, reference.digest FROM reference JOIN whole USING (at, repository)
     WHERE kind = 'blob' ON CONFLICT DO NOTHING
  ), children AS (
    INSERT INTO manifest_child SELECT DISTINCT repository, manifest, reference.digest FROM reference JOIN whole USING (at, repository)
     WHERE kind = 'manifest' ON CONFLICT DO NOTHING
  )
  SELECT at::int, digest FROM missing`;

interface Reference {
  /** The place of its manifest, from 1. */
  readonly at: number;
  readonly kind: 'blob' | 'manifest';
  readonly digest: string;
}

/** Foreign layers are elsewhere by their nature. */
function referencesOf({ parsed }: PushedManifest, nth: number): readonly Reference[] {
  const at = nth + 1;
  const blobs = parsed.blobs.filter(({ mediaType }) => !isForeignLayer(mediaType));
  return [
    ...blobs.map(({ digest }) => ({ at, kind: 'blob', digest }) as const),
    ...parsed.manifests.map(({ digest }) => ({ at, kind: 'manifest', digest }) as const),
  ];
}
