import { broken, type Installation } from './installation.ts';

/** Accepted is what upload has committed. */
export function unfinishedBuilds(installation: Installation): Promise<string[]> {
  return broken(
    installation,
    `SELECT format('the build %s of %s/%s has not ended: upload says %s, the catalogue %s', build_id, accepted.team,
                   accepted.model, coalesce(accepted.ended ->> 'outcome', 'open'), coalesce(known.state, 'nothing')) AS broken
       FROM upload.build AS accepted LEFT JOIN catalogue.build AS known USING (build_id)
      WHERE accepted.ended IS NULL OR known.state IS NULL OR known.state NOT IN ('released', 'failed', 'cancelled')`,
  );
}

/** One end of each build, the same for everybody, and nothing that nobody asked for. */
export async function wrongEnds(installation: Installation): Promise<string[]> {
  const found = await Promise.all([
    broken(
      installation,
      `SELECT format('the build %s is %s for upload, %s in the catalogue, %s in its log', build_id,
                     coalesce(accepted.ended ->> 'outcome', 'unknown'), coalesce(known.state, 'unknown'),
                     coalesce(log.ended_as, 'unknown')) AS broken
         FROM upload.build AS accepted
         FULL JOIN catalogue.build AS known USING (build_id)
         LEFT JOIN builder.build_log AS log USING (build_id)
        WHERE (accepted.ended ->> 'outcome') IS DISTINCT FROM known.state OR log.ended_as IS DISTINCT FROM known.state`,
    ),
    broken(
      installation,
      `SELECT format('the build %s was told to end %s times', build.build_id, count(fact.fact_id)) AS broken
         FROM catalogue.build
         LEFT JOIN catalogue.public_fact AS fact
           ON fact.build_id = build.build_id AND fact.type LIKE '%.BuildEnded'
        GROUP BY build.build_id HAVING count(fact.fact_id) <> 1`,
    ),
    broken(
      installation,
      `SELECT format('the key %s of %s/%s names a build that is not there', taken.key, taken.team, taken.model) AS broken
         FROM upload.idempotency_key AS taken LEFT JOIN upload.build USING (build_id) WHERE build.build_id IS NULL`,
    ),
  ]);
  return found.flat();
}
