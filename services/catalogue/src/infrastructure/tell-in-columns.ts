import type { MigrationInterface, QueryRunner } from 'typeorm';

/** As they were when this migration was written. */
export const KINDS = [
  ['uploaded', 'uploaded'],
  ['cancelRequested', 'cancel_requested'],
  ['inferred', 'inferred'],
  ['rejected', 'rejected'],
  ['queued', 'queued'],
  ['started', 'started'],
  ['succeeded', 'succeeded'],
  ['failed', 'failed'],
  ['cancelled', 'cancelled'],
  ['assigned', 'assigned'],
  ['published', 'published'],
  ['ended', 'ended'],
] as const;

/** The state of libs/builds in SQL. */
const STATE = `
  ALTER TABLE build ADD COLUMN state text NOT NULL GENERATED ALWAYS AS (CASE
    WHEN ended IS NOT NULL THEN ended ->> 'outcome'
    WHEN assigned IS NOT NULL THEN 'publishing'
    WHEN succeeded IS NOT NULL THEN 'assigning'
    WHEN started IS NOT NULL THEN 'building'
    WHEN inferred IS NOT NULL OR queued IS NOT NULL THEN 'queued'
    WHEN uploaded IS NOT NULL THEN 'inferring'
    ELSE 'received' END) STORED`;

const OPEN = `
  CREATE INDEX build_open ON build (told_at) WHERE state NOT IN ('released', 'failed', 'cancelled')`;

/** Read as if it were a column of the table: `build.told`. */
const TOLD = `
  CREATE FUNCTION told(build) RETURNS jsonb LANGUAGE sql STABLE AS $$
    SELECT COALESCE(jsonb_object_agg(kind, fact), '{}')
      FROM (VALUES ${KINDS.map(([kind, column]) => `('${kind}', $1.${column})`).join(', ')}) AS facts (kind, fact)
     WHERE fact IS NOT NULL
  $$`;

/**
 * Each kind of fact in a column of its own. A fact is then written once; in one document for all of them every
 * further fact wrote the known ones again.
 */
export class TellInColumns1767225600002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const added = KINDS.map(([, column]) => `ADD COLUMN ${column} jsonb`);
    const taken = KINDS.map(([kind, column]) => `${column} = told -> '${kind}'`);
    await runner.query(`ALTER TABLE build ${added.join(', ')}`);
    await runner.query(`UPDATE build SET ${taken.join(', ')}`);
    await runner.query(`ALTER TABLE build DROP COLUMN state, DROP COLUMN told`);
    await runner.query(`DROP FUNCTION tell; DROP FUNCTION state_of`);
    for (const sql of [STATE, OPEN, TOLD]) await runner.query(sql);
  }

  /** Forwards only: what is older than this migration reads another table. */
  down(): Promise<void> {
    return Promise.reject(new Error('the catalogue goes back by a backup only'));
  }
}
