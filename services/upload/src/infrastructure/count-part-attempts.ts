import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CountPartAttempts1767225600003 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE upload_part_attempt (
        upload_id uuid NOT NULL REFERENCES upload_session ON DELETE CASCADE,
        number    integer NOT NULL CHECK (number > 0),
        attempts  integer NOT NULL CHECK (attempts >= 0),
        PRIMARY KEY (upload_id, number)
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE upload_part_attempt;`);
  }
}
