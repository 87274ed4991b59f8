import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The trace of the fact that asked for a job, in which the job goes on. */
export class AddTrace1767225600101 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE job ADD COLUMN traceparent text`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE job DROP COLUMN traceparent`);
  }
}
