import { broken, type Installation } from './installation.ts';

/** The numbers of a model are 1 to n, one for each released build, each the tag of its digest. */
export async function wrongVersions(installation: Installation): Promise<string[]> {
  const found = await Promise.all(
    [COUNTED, RELEASED, TAGGED, LATEST].map((text) => broken(installation, text)),
  );
  return found.flat();
}

const COUNTED = `
  SELECT format('%s/%s has %s versions up to %s and has given %s numbers', team, model, count(version.version),
                coalesce(max(version.version), 0), last_version) AS broken
    FROM catalogue.model LEFT JOIN catalogue.version USING (team, model)
   GROUP BY team, model, last_version
  HAVING count(version.version) <> last_version OR coalesce(max(version.version), 0) <> last_version`;

const RELEASED = `
  SELECT format('the build %s is %s with the version %s, released at %s', build_id, build.state,
                coalesce(version.version::text, 'none'), coalesce(version.released_at::text, 'no time')) AS broken
    FROM catalogue.build LEFT JOIN catalogue.version USING (build_id)
   WHERE (build.state = 'released') <> (version.build_id IS NOT NULL)
      OR (build.state = 'released') <> (version.released_at IS NOT NULL)`;

const TAGGED = `
  SELECT format('version %s of %s has the digest %s, its tag %s', coalesce(version.version, tag.version),
                coalesce(version.team || '/' || version.model, tag.repository), coalesce(version.image_digest, 'none'),
                coalesce(tag.digest, 'none')) AS broken
    FROM catalogue.version
    FULL JOIN (SELECT * FROM registry.tag WHERE name ~ '^[1-9][0-9]*$') AS tag
      ON tag.repository = version.team || '/' || version.model AND tag.name = version.version::text
   WHERE version.image_digest IS DISTINCT FROM tag.digest OR tag.version IS NULL`;

const LATEST = `
  SELECT format('latest of %s/%s is %s, not version %s', last.team, last.model, coalesce(tag.digest, 'nothing'), last.version) AS broken
    FROM (SELECT DISTINCT ON (team, model) * FROM catalogue.version ORDER BY team, model, version DESC) AS last
    LEFT JOIN registry.tag ON tag.repository = last.team || '/' || last.model AND tag.name = 'latest'
   WHERE tag.digest IS DISTINCT FROM last.image_digest`;
