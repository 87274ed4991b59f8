import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Headers as one value instead of two arrays, whose parsing took most of the time that the outbox was read in. */
export class HeadersInBytes1767225600200 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE outbox ADD COLUMN headers bytea;
      UPDATE outbox SET headers = (
        SELECT COALESCE(string_agg(int4send(length(name)) || name || int4send(length(value)) || value, '' ORDER BY at), '')
          FROM unnest(header_names, header_values) WITH ORDINALITY AS named (text, value, at)
         CROSS JOIN LATERAL convert_to(text, 'UTF8') AS name
      );
      ALTER TABLE outbox ALTER COLUMN headers SET NOT NULL, DROP COLUMN header_names, DROP COLUMN header_values;
    `);
  }

  /** Forwards only: what is older than this migration reads another table. */
  down(): Promise<void> {
    return Promise.reject(new Error('the outbox goes back by a backup only'));
  }
}
