import { randomUUIDv7 } from 'node:crypto';

import type { BuildSpec } from '@floe/contracts';
import { goneSignal } from '@floe/http';
import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';

import { ReceiveModel } from '../application/receive-model.ts';
import type { AcceptedBuild } from '../domain/build.ts';
import { bodyStream, lengthOf } from './body-stream.ts';
import { specOf } from './build-spec.schema.ts';
import { ARCHIVE, claimOf } from './idempotency-claim.ts';
import type { ModelPath } from './paths.ts';

const ARCHIVES = /^application\/(x-tar|tar|gzip|x-gzip|zstd|zip)\b/i;
/** The latter is what `curl --data-binary` says of everything. */
const SAYS_NOTHING = /^application\/(octet-stream|x-www-form-urlencoded)\b/i;

/** A build request whose body is the model itself. */
@Injectable()
export class ModelBody {
  constructor(private readonly receiveModel: ReceiveModel) {}

  accept(
    { team, model }: ModelPath,
    filename: string | undefined,
    key: string | undefined,
    request: FastifyRequest,
  ): Promise<AcceptedBuild> {
    const contentType = request.headers['content-type'] ?? '';
    return this.receiveModel.execute(
      {
        team,
        model,
        spec: DEFAULTS,
        bytes: bodyStream(request),
        sizeBytes: lengthOf(request),
        filename,
        form: filename === undefined ? formOf(contentType) : 'file',
      },
      { kind: 'everyone' },
      claimOf(key, { team, model }, ARCHIVE),
      { buildId: randomUUIDv7(), now: new Date() },
      goneSignal(request),
    );
  }
}

const DEFAULTS: BuildSpec = specOf({});

function formOf(contentType: string): 'archive' | 'file' | 'told-by-bytes' {
  if (ARCHIVES.test(contentType)) return 'archive';
  return contentType === '' || SAYS_NOTHING.test(contentType) ? 'told-by-bytes' : 'file';
}
