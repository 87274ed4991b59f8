import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';

import {
  type AliasMoveRow,
  type BuildFilter,
  type BuildRow,
  CatalogueQueries,
  type FactFilter,
  type ModelRow,
  type PublicFact,
  type VersionRow,
} from '../application/catalogue-queries.ts';
import type { ModelName } from '../domain/version.ts';

const BUILD = `SELECT build_id AS "buildId", team, model, build.told, created_at::text AS "createdAt" FROM build`;

const VERSION = `
  SELECT version.team, version.model, version.version, version.build_id AS "buildId",
         version.image_digest AS "imageDigest", version.assigned_at AS "assignedAt",
         version.released_at AS "releasedAt", build.told
    FROM version JOIN build USING (build_id)`;

/** The newest released version and the aliases come with the model, so that a list is one statement. */
const MODEL = `
  SELECT model.team, model.model, model.last_version AS "versionCount", model.created_at AS "createdAt",
         GREATEST(model.created_at, (SELECT max(assigned_at) FROM version
           WHERE version.team = model.team AND version.model = model.model)) AS "updatedAt",
         (SELECT to_json(newest) FROM (${VERSION}
           WHERE version.team = model.team AND version.model = model.model AND version.released_at IS NOT NULL
           ORDER BY version.version DESC LIMIT 1) AS newest) AS latest,
         COALESCE((SELECT jsonb_object_agg(alias, version) FROM alias
           WHERE alias.team = model.team AND alias.model = model.model AND version IS NOT NULL), '{}') AS aliases
    FROM model`;

@Injectable()
export class PostgresCatalogueQueries extends CatalogueQueries {
  constructor(private readonly dataSource: DataSource) {
    super();
  }

  override async build(buildId: string): Promise<BuildRow | undefined> {
    const [row] = await this.#rows<BuildRow>(`${BUILD} WHERE build_id = $1`, [buildId]);
    return row;
  }

  override builds(filter: BuildFilter, limit: number): Promise<readonly BuildRow[]> {
    const { team, model, state, after } = filter;
    return this.#rows(
      `${BUILD}
        WHERE ($1::text IS NULL OR team = $1) AND ($2::text IS NULL OR model = $2) AND ($3::text IS NULL OR state = $3)
          AND ($4::timestamptz IS NULL OR (created_at, build_id) < ($4::timestamptz, $5::uuid))
        ORDER BY created_at DESC, build_id DESC LIMIT $6`,
      [team, model, state, after?.[0], after?.[1], limit],
    );
  }

  override async model({ team, model }: ModelName): Promise<ModelRow | undefined> {
    const [row] = await this.#rows<ModelRow>(
      `${MODEL} WHERE model.team = $1 AND model.model = $2`,
      [team, model],
    );
    return row;
  }

  override models(
    { team, q, after }: Parameters<CatalogueQueries['models']>[0],
    limit: number,
  ): Promise<readonly ModelRow[]> {
    return this.#rows(
      `${MODEL}
        WHERE ($1::text IS NULL OR model.team = $1) AND ($2::text IS NULL OR strpos(model.team || '/' || model.model, $2) > 0)
          AND ($3::text IS NULL OR (model.team, model.model) > ($3, $4))
        ORDER BY model.team, model.model LIMIT $5`,
      [team, q, after?.[0], after?.[1], limit],
    );
  }

  override async version(
    { team, model }: ModelName,
    reference: string,
  ): Promise<VersionRow | undefined> {
    const [row] = await this.#rows<VersionRow>(
      `${VERSION} WHERE version.team = $1 AND version.model = $2 AND version.version = CASE
         WHEN $3 ~ '^[1-9][0-9]{0,8}$' THEN $3::integer
         WHEN $3 = 'latest' THEN (SELECT max(version) FROM version
           WHERE team = $1 AND model = $2 AND released_at IS NOT NULL)
         ELSE (SELECT alias.version FROM alias WHERE team = $1 AND model = $2 AND alias = $3) END`,
      [team, model, reference],
    );
    return row;
  }

  override versions(
    { team, model }: ModelName,
    before: number | undefined,
    limit: number,
  ): Promise<readonly VersionRow[]> {
    return this.#rows(
      `${VERSION} WHERE version.team = $1 AND version.model = $2 AND ($3::integer IS NULL OR version.version < $3)
        ORDER BY version.version DESC LIMIT $4`,
      [team, model, before, limit],
    );
  }

  override aliasMoves(
    { team, model }: ModelName,
    alias: string,
    before: number | undefined,
    limit: number,
  ): Promise<readonly AliasMoveRow[]> {
    return this.#rows(
      `SELECT version, sequence, moved_at AS "movedAt" FROM alias_move
        WHERE team = $1 AND model = $2 AND alias = $3 AND ($4::integer IS NULL OR sequence < $4)
        ORDER BY sequence DESC LIMIT $5`,
      [team, model, alias, before, limit],
    );
  }

  override facts(
    { team, model, type }: FactFilter,
    position: bigint,
    limit: number,
  ): Promise<readonly PublicFact[]> {
    return this.#rows(
      `SELECT position, fact_id AS id, type, team, model, at, data FROM public_fact
        WHERE position > $1 AND ($2::text IS NULL OR team = $2) AND ($3::text IS NULL OR model = $3)
          AND ($4::text IS NULL OR type LIKE '%.' || $4)
        ORDER BY position LIMIT $5`,
      [position, team, model, type, limit],
    );
  }

  override async lastPosition(): Promise<bigint> {
    const [row] = await this.#rows<{ last: string }>(
      `SELECT last_position AS last FROM public_log`,
      [],
    );
    return BigInt(row?.last ?? 0);
  }

  #rows<Row>(sql: string, values: readonly unknown[]): Promise<Row[]> {
    return this.dataSource.query(
      sql,
      values.map((value) => value ?? null),
    );
  }
}
