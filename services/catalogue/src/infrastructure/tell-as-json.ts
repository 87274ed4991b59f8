import type { MigrationInterface, QueryRunner } from 'typeorm';

import { KINDS } from './tell-in-columns.ts';

/** Read as if it were a column of the table: `build.told`. */
const TOLD = `
  CREATE FUNCTION told(build) RETURNS json LANGUAGE sql STABLE AS $$
    SELECT COALESCE(json_object_agg(kind, fact), '{}')
      FROM (VALUES ${KINDS.map(([kind, column]) => `('${kind}', $1.${column})`).join(', ')}) AS facts (kind, fact)
     WHERE fact IS NOT NULL
  $$`;

/** A document of many members takes PostgreSQL the square of their number to put into another as jsonb, not as json. */
export class TellAsJson1767225600003 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('DROP FUNCTION told(build)');
    await runner.query(TOLD);
  }

  /** Forwards only, as the migration before it. */
  down(): Promise<void> {
    return Promise.reject(new Error('the catalogue goes back by a backup only'));
  }
}
