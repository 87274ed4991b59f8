import { type Build, BUILD_STATES, renderBuild } from '@floe/builds';
import { slug } from '@floe/contracts';
import { cursorOf, type Page, pageOf, pageQuery, waitMs, goneSignal, PublicHost } from '@floe/http';
import { Controller, Get, Param, Query, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';

import { type BuildRow, CatalogueQueries } from '../application/catalogue-queries.ts';
import { FindBuild } from '../application/find-build.ts';

const buildPath = z.object({ id: z.uuid() });
const buildQuery = z.strictObject({ wait: waitMs });
const listQuery = z.strictObject({
  ...pageQuery,
  team: slug.optional(),
  model: slug.optional(),
  state: z.enum(BUILD_STATES).optional(),
  after: cursorOf(z.tuple([z.string(), z.uuid()])).optional(),
});

@Controller('api/v1/builds')
export class BuildsController {
  constructor(
    private readonly queries: CatalogueQueries,
    private readonly findBuild: FindBuild,
    private readonly registry: PublicHost,
  ) {}

  @Get()
  async list(
    @Query({ schema: listQuery }) { limit, ...filter }: z.output<typeof listQuery>,
  ): Promise<Page<Build>> {
    const rows = await this.queries.builds(filter, limit + 1);
    return pageOf(rows, limit, {
      view: (row) => this.#view(row),
      cursor: ({ createdAt, buildId }) => [createdAt, buildId],
    });
  }

  @Get(':id')
  async get(
    @Param({ schema: buildPath }) { id }: z.output<typeof buildPath>,
    @Query({ schema: buildQuery }) { wait }: z.output<typeof buildQuery>,
    @Req() request: FastifyRequest,
  ): Promise<Build> {
    return this.#view(await this.findBuild.execute(id, wait, goneSignal(request)));
  }

  #view({ buildId, team, model, told }: BuildRow): Build {
    const { host: registryHost } = this.registry;
    return renderBuild(told, { id: buildId, team, model, registryHost, now: new Date() });
  }
}
