import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The leased jobs of a service, in its own schema. A row that is only `expected` remembers a cancel that came before
 * its job. Times are the database's alone.
 */
export class CreateWork1767225600100 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE job (
        id                  uuid PRIMARY KEY,
        team                text,
        payload             jsonb,
        state               text NOT NULL CHECK (state IN ('expected', 'waiting', 'running', 'done')),
        fence               integer NOT NULL DEFAULT 0,
        errors              integer NOT NULL DEFAULT 0,
        deaths              integer NOT NULL DEFAULT 0,
        lease_owner         text,
        lease_until         timestamptz,
        not_before          timestamptz NOT NULL DEFAULT now(),
        deadline_ms         integer CHECK (deadline_ms > 0),
        deadline_at         timestamptz,
        cancel_requested_at timestamptz,
        enqueued_at         timestamptz NOT NULL DEFAULT now(),
        finished_at         timestamptz,
        CHECK ((state = 'running') = (lease_owner IS NOT NULL)),
        CHECK ((state = 'running') = (lease_until IS NOT NULL)),
        CHECK ((state = 'done') = (finished_at IS NOT NULL)),
        CHECK ((state IN ('waiting', 'running')) = (payload IS NOT NULL)),
        CHECK (state = 'expected' OR team IS NOT NULL)
      );
      CREATE INDEX job_waiting ON job (team, enqueued_at, id) WHERE state = 'waiting';
      CREATE INDEX job_running ON job (team) WHERE state = 'running';
      CREATE INDEX job_waiting_again ON job (id) WHERE state = 'waiting'
        AND (cancel_requested_at IS NOT NULL OR deaths > 0 OR deadline_at IS NOT NULL);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE job;`);
  }
}
