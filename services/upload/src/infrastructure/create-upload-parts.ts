import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateUploadParts1767225600002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE upload_session (
        upload_id       uuid PRIMARY KEY,
        ordinal         bigint GENERATED ALWAYS AS IDENTITY,
        team            text NOT NULL,
        store_key       text NOT NULL,
        size_bytes      bigint NOT NULL CHECK (size_bytes > 0),
        part_size_bytes bigint NOT NULL CHECK (part_size_bytes > 0),
        wanted          text,
        state           text NOT NULL DEFAULT 'open'
                        CHECK (state IN ('open', 'sealed', 'proven', 'present', 'dead')),
        digest          text CHECK ((digest IS NULL) = (state IN ('open', 'dead'))),
        refusal         jsonb CHECK ((refusal IS NULL) = (state <> 'dead')),
        touched_at      timestamptz NOT NULL DEFAULT now()
      );
      CREATE INDEX upload_session_unfinished ON upload_session (team, size_bytes, ordinal)
        WHERE state IN ('open', 'sealed', 'proven');
      CREATE INDEX upload_session_idle ON upload_session (touched_at);
      CREATE TABLE upload_part (
        upload_id uuid NOT NULL REFERENCES upload_session ON DELETE CASCADE,
        number    integer NOT NULL CHECK (number > 0),
        crc32     text NOT NULL CHECK (crc32 ~ '^[0-9a-f]{8}$'),
        PRIMARY KEY (upload_id, number)
      );
      CREATE INDEX proven_blob_size ON proven_blob (team, size_bytes);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      `DROP INDEX proven_blob_size; DROP TABLE upload_part; DROP TABLE upload_session;`,
    );
  }
}
