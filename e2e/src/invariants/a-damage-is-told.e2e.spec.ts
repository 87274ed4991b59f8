import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { sendModel, wish } from '../send-model.ts';
import { smallModel } from '../small-model.ts';
import { PlatformProcess } from '../start-platform.ts';
import type { Installation } from './installation.ts';
import { readInvariants } from './read-invariants.ts';
import { settled } from './settled.ts';

const OTHER = `sha256:${'0'.repeat(64)}`;
const NOBODY = `'00000000-0000-7000-8000-000000000000'`;

/** What is done to the tables of two versions of sound/model, and what must be said then. */
const DAMAGES: readonly (readonly [told: RegExp, damage: string])[] = [
  [
    /has not ended: upload says open, the catalogue released/,
    `UPDATE upload.build SET ended = NULL`,
  ],
  [/has not ended: .* the catalogue nothing/, `DELETE FROM catalogue.build`],
  [
    /is failed for upload, released in the catalogue/,
    `UPDATE upload.build SET ended = '{"outcome": "failed"}'`,
  ],
  [/was told to end 0 times/, `DELETE FROM catalogue.public_fact WHERE type LIKE '%.BuildEnded'`],
  [
    /the key x of x\/x names a build that is not there/,
    `INSERT INTO upload.idempotency_key VALUES ('x', 'x', 'x', 'x', ${NOBODY})`,
  ],
  [
    /is failed with the version 1/,
    `UPDATE catalogue.build SET ended = jsonb_set(ended, '{outcome}', '"failed"')`,
  ],
  [/is released with the version none/, `DELETE FROM catalogue.version WHERE version = 2`],
  [/has 2 versions up to 3/, `UPDATE catalogue.version SET version = 3 WHERE version = 2`],
  [/has given 3 numbers/, `UPDATE catalogue.model SET last_version = 3`],
  [/version 2 of sound\/model .* its tag none/, `DELETE FROM registry.tag WHERE name = '2'`],
  [
    /version 2 of sound\/model .* its tag sha256:0+/,
    `UPDATE registry.tag SET digest = '${OTHER}' WHERE name = '2'`,
  ],
  [
    /latest of sound\/model is sha256:0+, not version 2/,
    `UPDATE registry.tag SET digest = '${OTHER}' WHERE name = 'latest'`,
  ],
  [/has \d+ lines up to \d+/, `DELETE FROM builder.log_line WHERE n = 1`],
  [
    /have no place in the public log/,
    `UPDATE catalogue.public_fact SET position = NULL WHERE position = 1`,
  ],
  [
    /1 records were given up in x\.dead/,
    `INSERT INTO bus.record VALUES ('x.dead', 0, 1, NULL, NULL, '')`,
  ],
  [
    /upload is \d+ records behind in floe\.outcomes\.v1/,
    `UPDATE bus.partition SET last_offset = last_offset + 1`,
  ],
  [/the outbox of upload holds \d+ facts/, `UPDATE upload.outbox SET sent_at = NULL`],
  [
    /upload has told the fact \d+, which is not in floe\.uploads\.v1/,
    `DELETE FROM bus.record WHERE topic = 'floe.uploads.v1'`,
  ],
  [
    /builder has the waiting job/,
    `INSERT INTO builder.job (id, team, payload, state) VALUES (${NOBODY}, 'x', '{}', 'waiting')`,
  ],
  [
    /sound\/model:1 does not give the manifest sha256:0/,
    `UPDATE catalogue.version SET image_digest = '${OTHER}' WHERE version = 1`,
  ],
];

describe('of an installation', () => {
  let platform: PlatformProcess;
  beforeAll(async () => {
    platform = await PlatformProcess.start();
    for (const note of ['one', 'two']) {
      await sendModel(platform.url, wish('sound/model', await smallModel(note)), '30s');
    }
  }, 90_000);
  afterAll(() => platform[Symbol.asyncDispose]());

  it('that is sound nothing is said', async () => {
    expect(await settled(platform)).toEqual([]);
  });

  it.each(DAMAGES)('that is damaged it is said: %s', async (told, damage) => {
    await using damaged = await damagedBy(damage, platform);

    expect((await readInvariants(damaged)).join('\n')).toMatch(told);
  });

  it('whose blob has other bytes it is said', async () => {
    const [blob] = await platform.sql<{ hex: string }>(
      `SELECT split_part(blob, ':', 2) AS hex FROM registry.manifest_blob LIMIT 1`,
    );
    const hex = blob?.hex ?? '';
    const file = join(platform.directory, 'data/store/blobs/sha256', hex.slice(0, 2), hex);
    await chmod(file, 0o644);
    await writeFile(file, (await readFile(file)).toReversed());

    expect((await readInvariants(platform)).join('\n')).toContain(
      `blobs/sha256:${hex} is not there`,
    );
  });
});

/** Shows the damage to one session only, and undoes it in the end. */
async function damagedBy(
  damage: string,
  platform: PlatformProcess,
): Promise<Installation & AsyncDisposable> {
  const session = await platform.session();
  // The tables' own rules would refuse most damages.
  await session.query('BEGIN; SET LOCAL session_replication_role = replica');
  await session.query(damage);
  // One after the other: they share the session.
  let last: Promise<unknown> = Promise.resolve();
  return {
    url: platform.url,
    processes: platform.processes,
    async sql<Row extends object>(text: string) {
      const before = last;
      const { promise, resolve } = Promise.withResolvers<void>();
      last = promise;
      await before;
      try {
        return (await session.query<Row>(text)).rows;
      } finally {
        resolve();
      }
    },
    [Symbol.asyncDispose]: () => session.end(),
  };
}
