import { type Kind, tell, type Told } from '@floe/builds';
import type { Identity } from '@floe/contracts';
import type { Transaction } from '@floe/messaging';
import { gather, type Gathering, managerOf } from '@floe/outbox';
import { Injectable } from '@nestjs/common';

import { BuildRows, type News, type SilentBuild } from '../application/build-rows.ts';

/** In the order of the ids, as every transaction takes the locks of several builds. */
const TELL = `
  INSERT INTO build (build_id, team, model, told, created_at)
  SELECT build_id, team, model, told, COALESCE((told #>> '{uploaded,upload,uploadedAt}')::timestamptz, now())
    FROM unnest($1::uuid[], $2::text[], $3::text[], $4::jsonb[]) AS news (build_id, team, model, told)
   ORDER BY build_id
  ON CONFLICT (build_id) DO UPDATE SET
    told = tell(build.told, excluded.told), told_at = now(), created_at = LEAST(build.created_at, excluded.created_at)
  RETURNING build_id AS "buildId", told`;

const NEWS: Gathering<News> = {
  async write(news, tx) {
    await write([...merged(news)], tx);
  },
};

@Injectable()
export class PostgresBuildRows extends BuildRows {
  override add({ buildId, team, model }: Identity, told: Told, tx: Transaction): void {
    gather(tx, NEWS, { buildId, team, model, told });
  }

  override async learn(news: readonly News[], tx: Transaction): Promise<readonly News[]> {
    const builds = [...merged(news)];
    const rows = await write(builds, tx);
    const known = new Map(rows.map(({ buildId, told }) => [buildId, told]));
    return builds.map((build) => ({ ...build, told: known.get(build.buildId) ?? build.told }));
  }

  override async touch({ buildId }: Identity, tx: Transaction): Promise<void> {
    await managerOf(tx).query(`UPDATE build SET told_at = now() WHERE build_id = $1`, [buildId]);
  }

  override silentSince(
    before: Date,
    limit: number,
    tx: Transaction,
  ): Promise<readonly SilentBuild[]> {
    return managerOf(tx).query(
      `SELECT build_id AS "buildId", team, model, told, told_at AS "toldAt" FROM build
        WHERE state NOT IN ('released', 'failed', 'cancelled') AND told_at < $1
        ORDER BY told_at LIMIT $2 FOR UPDATE SKIP LOCKED`,
      [before, limit],
    );
  }
}

/** One row for each build: a statement cannot write the same row twice. */
function merged(news: readonly News[]): Iterable<News> {
  const byBuild = new Map<string, News>();
  for (const { told, ...build } of news) {
    const known = byBuild.get(build.buildId)?.told ?? {};
    byBuild.set(build.buildId, { ...build, told: union(known, told) });
  }
  return byBuild.values();
}

function union(known: Told, news: Told): Told {
  const facts = Object.entries(news) as [Kind, NonNullable<Told[Kind]>][];
  return facts.reduce<Told>((told, [kind, fact]) => tell(told, kind, fact), known);
}

function write(
  news: readonly News[],
  tx: Transaction,
): Promise<readonly Pick<News, 'buildId' | 'told'>[]> {
  return managerOf(tx).query(TELL, [
    news.map(({ buildId }) => buildId),
    news.map(({ team }) => team),
    news.map(({ model }) => model),
    news.map(({ told }) => JSON.stringify(told)),
  ]);
}
