import { slug } from '@floe/contracts';
import { cursorOf, type Page, pageOf, pageQuery, PublicHost } from '@floe/http';
import { Controller, Get, Param, Query } from '@nestjs/common';
import { z } from 'zod';

import { CatalogueQueries } from '../application/catalogue-queries.ts';
import { ModelNotFound, VersionNotFound } from '../domain/errors.ts';
import { type ModelPath, modelPath, type VersionPath, versionPath } from './model-path.ts';
import { type ModelView, modelView } from './model-view.ts';
import { type VersionView, versionView } from './version-view.ts';

const modelsQuery = z.strictObject({
  ...pageQuery,
  team: slug.optional(),
  q: z.string().max(128).optional(),
  after: cursorOf(z.tuple([slug, slug])).optional(),
});
const versionsQuery = z.strictObject({
  ...pageQuery,
  after: cursorOf(z.tuple([z.int().positive()])).optional(),
});

@Controller('api/v1/models')
export class ModelsController {
  constructor(
    private readonly queries: CatalogueQueries,
    private readonly registry: PublicHost,
  ) {}

  @Get()
  async models(
    @Query({ schema: modelsQuery }) { limit, ...filter }: z.output<typeof modelsQuery>,
  ): Promise<Page<ModelView>> {
    const rows = await this.queries.models(filter, limit + 1);
    return pageOf(rows, limit, { view: modelView, cursor: ({ team, model }) => [team, model] });
  }

  @Get(':team/:model')
  async model(@Param({ schema: modelPath }) path: ModelPath): Promise<ModelView> {
    const row = await this.queries.model(path);
    if (row === undefined) throw new ModelNotFound(path.team, path.model);
    return modelView(row);
  }

  @Get(':team/:model/versions')
  async versions(
    @Param({ schema: modelPath }) path: ModelPath,
    @Query({ schema: versionsQuery }) { limit, after }: z.output<typeof versionsQuery>,
  ): Promise<Page<VersionView>> {
    const rows = await this.queries.versions(path, after?.[0], limit + 1);
    if (rows.length === 0 && after === undefined) await this.model(path);
    return pageOf(rows, limit, {
      view: (row) => versionView(row, this.registry),
      cursor: ({ version }) => [version],
    });
  }

  @Get(':team/:model/versions/:version')
  async version(
    @Param({ schema: versionPath }) { team, model, version }: VersionPath,
  ): Promise<VersionView> {
    const row = await this.queries.version({ team, model }, version);
    if (row === undefined) throw new VersionNotFound(team, model, version);
    return versionView(row, this.registry);
  }
}
