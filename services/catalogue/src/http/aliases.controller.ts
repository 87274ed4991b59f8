import { cursorOf, type Page, pageOf, pageQuery } from '@floe/http';
import { Body, Controller, Delete, Get, HttpCode, Param, Put, Query } from '@nestjs/common';
import { z } from 'zod';

import { type AliasMoveRow, CatalogueQueries } from '../application/catalogue-queries.ts';
import { MoveAlias } from '../application/move-alias.ts';
import { AliasNotFound } from '../domain/errors.ts';
import { type AliasPath, aliasPath } from './model-path.ts';

const DEADLINE_MS = 10_000;

const moveBody = z.strictObject({
  version: z.int().positive(),
  expected: z.int().nonnegative().optional(),
});
const historyQuery = z.strictObject({
  ...pageQuery,
  after: cursorOf(z.tuple([z.int().positive()])).optional(),
});

interface AliasView {
  readonly team: string;
  readonly model: string;
  readonly alias: string;
  readonly version?: number;
}

interface AliasMoveView {
  readonly version?: number;
  readonly movedAt: string;
}

@Controller('api/v1/models/:team/:model/aliases/:alias')
export class AliasesController {
  constructor(
    private readonly moveAlias: MoveAlias,
    private readonly queries: CatalogueQueries,
  ) {}

  @Put()
  async move(
    @Param({ schema: aliasPath }) path: AliasPath,
    @Body({ schema: moveBody }) move: z.output<typeof moveBody>,
  ): Promise<AliasView> {
    const { version, expected } = move;
    const signal = AbortSignal.timeout(DEADLINE_MS);
    await this.moveAlias.execute(path, { version, expected }, new Date(), signal);
    return { ...path, version };
  }

  @Delete()
  @HttpCode(204)
  async remove(@Param({ schema: aliasPath }) path: AliasPath): Promise<void> {
    const signal = AbortSignal.timeout(DEADLINE_MS);
    await this.moveAlias.execute(path, { version: undefined }, new Date(), signal);
  }

  @Get('history')
  async history(
    @Param({ schema: aliasPath }) { team, model, alias }: AliasPath,
    @Query({ schema: historyQuery }) { limit, after }: z.output<typeof historyQuery>,
  ): Promise<Page<AliasMoveView>> {
    const rows = await this.queries.aliasMoves({ team, model }, alias, after?.[0], limit + 1);
    if (rows.length === 0 && after === undefined) throw new AliasNotFound(team, model, alias);
    return pageOf(rows, limit, { view: moveView, cursor: ({ sequence }) => [sequence] });
  }
}

function moveView({ version, movedAt }: AliasMoveRow): AliasMoveView {
  return { ...(version !== null && { version }), movedAt: movedAt.toISOString() };
}
