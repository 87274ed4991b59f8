import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The rules that must hold whatever the code does stand in the tables: a tag names a manifest that is there, a
 * manifest refers to what its repository shows, the tag of a version never moves and never goes.
 */
export class CreateRegistry1767225600001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(CONTENT);
    await runner.query(TAGS);
    await runner.query(UPLOADS);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TABLE upload_chunk, upload, alias, tag, manifest_child, manifest_blob, manifest, blob_link, repository;
      DROP FUNCTION refuse_to_move_version;
    `);
  }
}

const CONTENT = `
  CREATE TABLE repository (
    name text PRIMARY KEY
  );
  CREATE TABLE blob_link (
    repository text NOT NULL REFERENCES repository,
    digest     text NOT NULL CHECK (digest ~ '^sha256:[0-9a-f]{64}$'),
    size_bytes bigint NOT NULL CHECK (size_bytes >= 0),
    linked_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (repository, digest)
  );
  CREATE TABLE manifest (
    repository    text NOT NULL REFERENCES repository,
    digest        text COLLATE "C" NOT NULL CHECK (digest ~ '^sha256:[0-9a-f]{64}$'),
    media_type    text NOT NULL,
    bytes         bytea NOT NULL,
    subject       text,
    artifact_type text,
    annotations   jsonb,
    kept          boolean NOT NULL,
    pushed_at     timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (repository, digest)
  );
  CREATE INDEX manifest_subject ON manifest (repository, subject, digest) WHERE subject IS NOT NULL;
  CREATE TABLE manifest_blob (
    repository text NOT NULL,
    manifest   text COLLATE "C" NOT NULL,
    blob       text NOT NULL,
    PRIMARY KEY (repository, manifest, blob),
    FOREIGN KEY (repository, manifest) REFERENCES manifest ON DELETE CASCADE,
    FOREIGN KEY (repository, blob) REFERENCES blob_link
  );
  CREATE INDEX manifest_blob_blob ON manifest_blob (repository, blob);
  CREATE TABLE manifest_child (
    repository text NOT NULL,
    manifest   text COLLATE "C" NOT NULL,
    child      text COLLATE "C" NOT NULL,
    PRIMARY KEY (repository, manifest, child),
    FOREIGN KEY (repository, manifest) REFERENCES manifest ON DELETE CASCADE,
    FOREIGN KEY (repository, child) REFERENCES manifest
  );
  CREATE INDEX manifest_child_child ON manifest_child (repository, child);
`;

const TAGS = `
  CREATE TABLE tag (
    repository text NOT NULL,
    name       text COLLATE "C" NOT NULL,
    digest     text COLLATE "C" NOT NULL,
    version    integer CHECK (version > 0),
    moved_at   timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (repository, name),
    UNIQUE (repository, version),
    FOREIGN KEY (repository, digest) REFERENCES manifest,
    CHECK (version IS NULL OR name = version::text)
  );
  CREATE INDEX tag_digest ON tag (repository, digest);
  CREATE FUNCTION refuse_to_move_version() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    RAISE EXCEPTION 'the tag %:% is written once', OLD.repository, OLD.name
      USING ERRCODE = 'restrict_violation';
  END $$;
  CREATE TRIGGER tag_moves BEFORE UPDATE ON tag FOR EACH ROW
    WHEN (OLD.version IS NOT NULL AND (OLD.repository, OLD.name, OLD.digest, OLD.version)
          IS DISTINCT FROM (NEW.repository, NEW.name, NEW.digest, NEW.version))
    EXECUTE FUNCTION refuse_to_move_version();
  CREATE TRIGGER tag_goes BEFORE DELETE ON tag FOR EACH ROW
    WHEN (OLD.version IS NOT NULL) EXECUTE FUNCTION refuse_to_move_version();
  CREATE TABLE alias (
    repository text NOT NULL REFERENCES repository,
    name       text COLLATE "C" NOT NULL,
    sequence   integer NOT NULL,
    digest     text,
    PRIMARY KEY (repository, name)
  );
`;

const UPLOADS = `
  CREATE TABLE upload (
    id         uuid PRIMARY KEY,
    repository text NOT NULL,
    size_bytes bigint NOT NULL DEFAULT 0,
    touched_at timestamptz NOT NULL DEFAULT now()
  );
  CREATE INDEX upload_touched ON upload (touched_at);
  CREATE TABLE upload_chunk (
    upload_id  uuid NOT NULL REFERENCES upload ON DELETE CASCADE,
    start_byte bigint NOT NULL,
    size_bytes bigint NOT NULL CHECK (size_bytes > 0),
    key        text NOT NULL,
    digest     text NOT NULL,
    PRIMARY KEY (upload_id, start_byte)
  );
`;
