import { type Kind, tell, type Told } from '@floe/builds';
import type { Identity } from '@floe/contracts';
import type { Transaction } from '@floe/messaging';
import { gather, type Gathering, managerOf } from '@floe/outbox';
import { Injectable } from '@nestjs/common';

import { BuildRows, type News, type SilentBuild } from '../application/build-rows.ts';
import { jsonOf } from './json-of.ts';
import { type LearntRow, TELL, TELL_AND_LEARN, toldIn } from './tell-statement.ts';

const NEWS: Gathering<News> = {
  async write(news, tx) {
    await managerOf(tx).query(TELL, valuesOf([...merged(news)]));
  },
};

@Injectable()
export class PostgresBuildRows extends BuildRows {
  override add({ buildId, team, model }: Identity, told: Told, tx: Transaction): void {
    gather(tx, NEWS, { buildId, team, model, told });
  }

  override async learn(news: readonly News[], tx: Transaction): Promise<readonly News[]> {
    const builds = [...merged(news)];
    const rows: readonly LearntRow[] = await managerOf(tx).query(TELL_AND_LEARN, valuesOf(builds));
    const known = new Map(rows.map((row) => [row.buildId, toldIn(row)]));
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
      `SELECT build_id AS "buildId", team, model, build.told, told_at AS "toldAt" FROM build
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

function valuesOf(news: readonly News[]): readonly (readonly string[])[] {
  return [
    news.map(({ buildId }) => buildId),
    news.map(({ team }) => team),
    news.map(({ model }) => model),
    news.map(({ told }) => documentOf(told)),
  ];
}

function documentOf(told: Told): string {
  const facts = Object.entries(told) as [Kind, NonNullable<Told[Kind]>][];
  return `{${facts.map(([kind, fact]) => `"${kind}":${jsonOf(fact)}`).join()}}`;
}
