import { broken, type Installation } from './installation.ts';

/** Numbered lines and the public log of facts are in one order, without a hole that could still be filled. */
export async function unorderedLogs(installation: Installation): Promise<string[]> {
  const found = await Promise.all([
    broken(
      installation,
      `SELECT format('the log of %s has %s lines up to %s', build_id, count(*), max(n)) AS broken
         FROM builder.log_line GROUP BY build_id HAVING count(*) <> max(n)`,
    ),
    broken(
      installation,
      `SELECT format('the fact %s has no place in the public log', fact_id) AS broken
         FROM catalogue.public_fact WHERE position IS NULL`,
    ),
  ]);
  return found.flat();
}
