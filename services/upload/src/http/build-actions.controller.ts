import { randomUUIDv7 } from 'node:crypto';

import type { Build } from '@floe/builds';
import { Controller, Headers, HttpCode, Param, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';

import { CancelBuild } from '../application/cancel-build.ts';
import { RetryBuild } from '../application/retry-build.ts';
import { BuildAnswer } from './build-answer.ts';
import { claimOf } from './idempotency-claim.ts';
import { type BuildPath, buildPath } from './paths.ts';

const DEADLINE_MS = 10_000;

@Controller('api/v1/builds/:id')
export class BuildActionsController {
  constructor(
    private readonly cancelBuild: CancelBuild,
    private readonly retryBuild: RetryBuild,
    private readonly answer: BuildAnswer,
  ) {}

  @Post('cancel')
  @HttpCode(202)
  async cancel(@Param({ schema: buildPath }) { id }: BuildPath): Promise<Build> {
    const signal = AbortSignal.timeout(DEADLINE_MS);
    const build = await this.cancelBuild.execute(id, { kind: 'everyone' }, new Date(), signal);
    return this.answer.view(build);
  }

  @Post('retry')
  async retry(
    @Param({ schema: buildPath }) { id }: BuildPath,
    @Headers('idempotency-key') key: string | undefined,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Build> {
    const build = await this.retryBuild.execute(
      id,
      { kind: 'everyone' },
      (of) => claimOf(key, of, { retryOf: id }),
      { buildId: randomUUIDv7(), now: new Date() },
      AbortSignal.timeout(DEADLINE_MS),
    );
    return this.answer.send(build, 0, request, reply);
  }
}
