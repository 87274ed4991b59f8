import { type Build, renderBuild } from '@floe/builds';
import { goneSignal, PublicHost } from '@floe/http';
import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';

import { AwaitEnd } from '../application/await-end.ts';
import type { AcceptedBuild, KnownBuild } from '../domain/build.ts';

/** Answers with an accepted build: 202 with its address, or 200 when it ended while the answer was held. */
@Injectable()
export class BuildAnswer {
  constructor(
    private readonly awaitEnd: AwaitEnd,
    private readonly registry: PublicHost,
  ) {}

  async send(
    accepted: AcceptedBuild,
    waitMs: number,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<Build> {
    const { buildId } = accepted;
    const deadline = AbortSignal.any([AbortSignal.timeout(waitMs), goneSignal(request)]);
    const known = waitMs > 0 ? await this.awaitEnd.execute(buildId, deadline) : undefined;
    reply.header('location', `/api/v1/builds/${buildId}`);
    reply.status(known?.ended ? 200 : 202);
    return this.view({ ...accepted, ...known });
  }

  view({ buildId, team, model, upload, ...known }: AcceptedBuild & Partial<KnownBuild>): Build {
    const uploaded = { team, model, buildId, at: upload.uploadedAt, upload };
    const { host: registryHost } = this.registry;
    const { ended } = known;
    const told = { uploaded, ...(ended && { ended }) };
    const build = renderBuild(told, { id: buildId, team, model, registryHost, now: new Date() });
    return ended ? build : { ...build, state: 'received' };
  }
}
