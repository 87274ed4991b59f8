import { chmod, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { eventually } from '@floe/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { runFloe } from '../run-floe.ts';
import { sendModel, wish } from '../send-model.ts';
import { smallModel } from '../small-model.ts';
import { PlatformProcess } from '../start-platform.ts';

const NOBODY = `'00000000-0000-7000-8000-000000000000'`;
const DIGEST_OF = (tag: string): string =>
  `(SELECT digest FROM registry.tag WHERE name = '${tag}')`;

interface Damage {
  readonly told: RegExp;
  readonly sql: string;
  readonly repair: string;
}

/** What is done to the tables of two versions of sound/model, and what the command must say then. */
const DAMAGES: readonly Damage[] = [
  {
    told: /versions sound\/model 3 numbers were given, the newest listed is 2/,
    sql: `UPDATE catalogue.model SET last_version = 3`,
    repair: `UPDATE catalogue.model SET last_version = 2`,
  },
  {
    told: /versions sound\/model has 2 versions up to 3/,
    sql: `UPDATE catalogue.version SET version = 3 WHERE version = 2`,
    repair: `UPDATE catalogue.version SET version = 2 WHERE version = 3`,
  },
  {
    told: /images sound\/model:2 MANIFEST_UNKNOWN/,
    sql: `UPDATE registry.tag SET repository = 'x/x' WHERE name = '2'`,
    repair: `UPDATE registry.tag SET repository = 'sound/model' WHERE name = '2'`,
  },
  {
    told: /images sound\/model:2 its tag resolves to sha256:/,
    sql: `UPDATE registry.tag SET digest = ${DIGEST_OF('1')} WHERE name = '2'`,
    repair: `UPDATE registry.tag SET digest = ${DIGEST_OF('latest')} WHERE name = '2'`,
  },
  {
    told: /aliases sound\/model:latest its tag resolves to sha256:/,
    sql: `UPDATE registry.tag SET digest = ${DIGEST_OF('1')} WHERE name = 'latest'`,
    repair: `UPDATE registry.tag SET digest = ${DIGEST_OF('2')} WHERE name = 'latest'`,
  },
  {
    told: /services \S+ a lease of inference is past its end for \d+ h/,
    // Whoever lives would put the job back at once.
    sql: `INSERT INTO inference.job (id, team, payload, state, lease_owner, lease_until)
          VALUES (${NOBODY}, 'x', '{}', 'running', 'nobody', '2020-01-01');
          CREATE FUNCTION inference.keep() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
          CREATE TRIGGER keep BEFORE UPDATE ON inference.job FOR EACH ROW EXECUTE FUNCTION inference.keep()`,
    repair: `DROP FUNCTION inference.keep CASCADE; DELETE FROM inference.job WHERE id = ${NOBODY}`,
  },
  {
    told: /services \S+ a job of builder waits for \d+ h/,
    // Whoever lives would take the job at once.
    sql: `INSERT INTO builder.job (id, team, payload, state, enqueued_at, not_before)
          VALUES (${NOBODY}, 'x', '{}', 'waiting', '2020-01-01', 'infinity')`,
    repair: `DELETE FROM builder.job WHERE id = ${NOBODY}`,
  },
  {
    told: /services \S+ upload in nobodys\/0: 4 records that nobody reads/,
    sql: `INSERT INTO bus.partition VALUES ('nobodys', 0, 5); INSERT INTO bus.committed VALUES ('upload', 'nobodys', 0, 1, 1)`,
    repair: `DELETE FROM bus.committed WHERE topic = 'nobodys'; DELETE FROM bus.partition WHERE topic = 'nobodys'`,
  },
  {
    told: /builds 0{8}-0000-7000-8000-0{12} inferring for \d+ h/,
    sql: `INSERT INTO catalogue.build (build_id, team, model, uploaded, created_at)
          SELECT ${NOBODY}, team, model, jsonb_set(jsonb_set(uploaded,
                 '{at}', '"2020-01-01T00:00:00.000Z"'), '{upload,uploadedAt}', '"2020-01-01T00:00:00.000Z"'), '2020-01-01'
            FROM catalogue.build LIMIT 1`,
    repair: `DELETE FROM catalogue.build WHERE build_id = ${NOBODY}`,
  },
];

describe('floe verify', () => {
  let platform: PlatformProcess;
  let home: string;
  beforeAll(async () => {
    platform = await PlatformProcess.start();
    home = await mkdtemp(join(tmpdir(), 'floe-verify-'));
    for (const note of ['one', 'two']) {
      await sendModel(platform.url, wish('sound/model', await smallModel(note)), '30s');
    }
  }, 90_000);
  afterAll(async () => {
    await platform[Symbol.asyncDispose]();
    await rm(home, { recursive: true, force: true });
  });

  it('finds a sound platform well, to the last byte of its blobs', async () => {
    const { code, stdout, stderr } = await verify('--deep', '--json');

    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(JSON.parse(stdout)).toMatchObject({
      ok: true,
      findings: [],
      counts: { models: 1, versions: 2, aliases: 1, openBuilds: 0, services: 1 },
    });
    expect((JSON.parse(stdout) as Verified).counts.hashedBytes).toBeGreaterThan(1_000);
  });

  it.each(DAMAGES)('tells a damage: $told', async ({ told, sql, repair }) => {
    await change(sql);
    const damaged = await verify('--json');
    await change(repair);

    expect(damaged.code).toBe(1);
    expect(linesOf(damaged.stdout).join('\n')).toMatch(told);
    expect(await verify('--json')).toMatchObject({ code: 0 });
  });

  it('tells a fact that is not published', async () => {
    await using blocking = await platform.session();
    await blocking.query('BEGIN; LOCK TABLE bus.partition IN EXCLUSIVE MODE');
    await change(`UPDATE upload.outbox SET sent_at = NULL, added_at = '2020-01-01'`);

    const { code, stdout } = await verify('--json');
    await blocking.query('ROLLBACK');

    expect(code).toBe(1);
    expect(linesOf(stdout).join('\n')).toMatch(
      /services \S+ the outbox of upload holds a fact for \d+ h/,
    );
    await eventually(async () => (await verify('--json')).code === 0);
  });

  it('tells a blob that is away, and with --deep one of other bytes', async () => {
    const [blob] = await platform.sql<{ hex: string }>(
      `SELECT split_part(blob, ':', 2) AS hex FROM registry.manifest_blob LIMIT 1`,
    );
    const hex = blob?.hex ?? '';
    const file = join(platform.directory, 'data/store/blobs/sha256', hex.slice(0, 2), hex);
    const bytes = await readFile(file);

    await rename(file, `${file}.away`);
    const away = await verify('--json');
    await rename(`${file}.away`, file);
    await chmod(file, 0o644);
    await writeFile(file, bytes.toReversed());
    const shallow = await verify('--json');
    const deep = await verify('--deep', '--json');

    expect(away.code).toBe(1);
    expect(linesOf(away.stdout).join('\n')).toContain(hex);
    expect(shallow.code).toBe(0);
    expect(deep.code).toBe(1);
    expect(linesOf(deep.stdout).join('\n')).toMatch(/the bytes hash to sha256:/);
  });

  const verify = (...flags: readonly string[]): ReturnType<typeof runFloe> =>
    runFloe(['verify', ...flags], { url: platform.url, home });

  /** The tables' own rules would refuse most damages. */
  async function change(sql: string): Promise<void> {
    await using session = await platform.session();
    await session.query('SET session_replication_role = replica');
    await session.query(sql);
  }
});

interface Verified {
  readonly counts: { readonly hashedBytes: number };
  readonly findings: readonly {
    readonly check: string;
    readonly subject: string;
    readonly message: string;
  }[];
}

function linesOf(stdout: string): readonly string[] {
  const { findings } = JSON.parse(stdout) as Verified;
  return findings.map(({ check, subject, message }) => `${check} ${subject} ${message}`);
}
