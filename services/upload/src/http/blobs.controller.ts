import { Controller, Param, Put, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';

import { ProvenBlobs } from '../application/builds.ts';
import { ProveLayer } from '../application/prove-layer.ts';
import { bodyStream } from './body-stream.ts';
import { goneSignal } from './gone-signal.ts';
import { type BlobPath, blobPath } from './paths.ts';

interface BlobView {
  readonly digest: string;
  readonly sizeBytes: number;
}

@Controller('api/v1/teams/:team/blobs')
export class BlobsController {
  constructor(
    private readonly provenBlobs: ProvenBlobs,
    private readonly proveLayer: ProveLayer,
  ) {}

  /** 201, proven while it streamed; 200 when the team has it, whatever the body is. */
  @Put(':digest')
  async put(
    @Param({ schema: blobPath }) { team, digest }: BlobPath,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<BlobView> {
    const proven = (await this.provenBlobs.find(team, [digest])).get(digest);
    reply.status(proven ? 200 : 201);
    return (
      proven ?? this.proveLayer.execute(team, bodyStream(request), digest, goneSignal(request))
    );
  }
}
