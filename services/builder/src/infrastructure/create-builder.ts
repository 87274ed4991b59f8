import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateBuilder1767225600001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE build_log (
        build_id uuid PRIMARY KEY,
        ended_as text
      );
      CREATE TABLE log_line (
        build_id uuid NOT NULL REFERENCES build_log,
        n        integer NOT NULL CHECK (n > 0),
        at       timestamptz NOT NULL,
        stream   text NOT NULL CHECK (stream IN ('floe', 'stdout', 'stderr')),
        text     text NOT NULL,
        PRIMARY KEY (build_id, n)
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE log_line; DROP TABLE build_log;`);
  }
}
