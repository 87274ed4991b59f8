import { broken, type Installation } from './installation.ts';

/** Numbered lines and the public log of facts are in one order, without a hole that could still be filled. */
export async function unorderedLogs(installation: Installation): Promise<string[]> {
  const found = await Promise.all([
    broken(
      installation,
      `SELECT format('the log of %s has %s lines up to %s and counts %s', build_id, count(n), coalesce(max(n), 0), last_n) AS broken
         FROM builder.build_log LEFT JOIN builder.log_line USING (build_id)
        GROUP BY build_id, last_n HAVING count(n) <> last_n OR coalesce(max(n), 0) <> last_n`,
    ),
    broken(
      installation,
      `SELECT format('the fact %s has no place in the public log', fact_id) AS broken
         FROM catalogue.public_fact WHERE position IS NULL`,
    ),
  ]);
  return found.flat();
}
