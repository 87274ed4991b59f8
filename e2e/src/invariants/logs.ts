import { broken, type Installation } from './installation.ts';

/** Numbered lines are without a gap. */
export function unorderedLogs(installation: Installation): Promise<string[]> {
  return broken(
    installation,
    `SELECT format('the log of %s has %s lines up to %s', build_id, count(*), max(n)) AS broken
       FROM builder.log_line GROUP BY build_id HAVING count(*) <> max(n)`,
  );
}
