import type { BuildStarted } from '@floe/contracts';
import { openDataSource } from '@floe/outbox';
import { startPostgres } from '@floe/testing';
import { describe, expect, it } from 'vitest';

import { CreateCatalogue1767225600001 } from './create-catalogue.ts';
import { TellInColumns1767225600002 } from './tell-in-columns.ts';
import { TELL_AND_LEARN, toldIn } from './tell-statement.ts';

const BUILD_ID = '00000000-0000-7000-8000-000000000001';
const MIGRATIONS = [CreateCatalogue1767225600001, TellInColumns1767225600002];
const UPLOADED = { at: '2026-01-01T00:00:00.000Z', upload: { uploadedAt: '2026-01-01T00:00:00Z' } };

describe('facts in columns', () => {
  it('keep what was told before', async () => {
    await using postgres = await startPostgres();
    const [create] = MIGRATIONS;
    const before = await openDataSource(postgres.url, 'catalogue', schemaOf([create]));
    const told = { uploaded: UPLOADED, cancelRequested: { at: '2026-01-02T00:00:00.000Z' } };
    await before.query(
      `INSERT INTO build (build_id, team, model, told) VALUES ($1, 'a', 'b', $2)`,
      [BUILD_ID, told],
    );
    await before.destroy();

    const after = await openDataSource(postgres.url, 'catalogue', schemaOf(MIGRATIONS));

    expect(await after.query(`SELECT team, model, state, build.told FROM build`)).toEqual([
      { team: 'a', model: 'b', state: 'inferring', told },
    ]);
    await after.destroy();
  });

  it.each([
    ['earlier', 'later'],
    ['later', 'earlier'],
  ] as const)('keep of two of a kind the one that happened first: %s, %s', async (...order) => {
    await using postgres = await startPostgres();
    const dataSource = await openDataSource(postgres.url, 'catalogue', schemaOf(MIGRATIONS));
    const facts = { earlier: startedAt('01', 'x'), later: startedAt('02', 'y') };
    const tell = async (started: Pick<BuildStarted, 'at'>) => {
      const news = [[BUILD_ID], ['a'], ['b'], [JSON.stringify({ started })]];
      return toldIn((await dataSource.query(TELL_AND_LEARN, news))[0]);
    };

    const [first, second] = order;
    await tell(facts[first]);

    expect(await tell(facts[second])).toEqual({ started: facts.earlier });
    await dataSource.destroy();
  });
});

function schemaOf(migrations: readonly ((typeof MIGRATIONS)[number] | undefined)[]) {
  return { entities: [], migrations: migrations.filter((each) => each !== undefined) };
}

function startedAt(
  day: string,
  builder: string,
): { readonly at: string; readonly builder: string } {
  return { at: `2026-01-${day}T00:00:00.000Z`, builder };
}
