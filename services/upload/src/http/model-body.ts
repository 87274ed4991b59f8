import { randomUUIDv7 } from 'node:crypto';

import { goneSignal } from '@floe/http';
import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';

import { type ModelUpload, ReceiveModel } from '../application/receive-model.ts';
import type { AcceptedBuild } from '../domain/build.ts';
import { bodyStream, lengthOf } from './body-stream.ts';
import { ARCHIVE, claimOf } from './idempotency-claim.ts';
import { readModelForm } from './model-form.ts';
import type { ModelPath } from './paths.ts';

const ARCHIVES = /^application\/(x-tar|tar|gzip|x-gzip|zstd|zip)\b/i;
/** The latter is what `curl --data-binary` says of everything. */
const SAYS_NOTHING = /^application\/(octet-stream|x-www-form-urlencoded)\b/i;

const FORM = /^multipart\/form-data\b/i;

/** A build request whose body is the model itself. */
@Injectable()
export class ModelBody {
  constructor(private readonly receiveModel: ReceiveModel) {}

  async accept(
    { team, model }: ModelPath,
    filename: string | undefined,
    key: string | undefined,
    request: FastifyRequest,
  ): Promise<AcceptedBuild> {
    return this.receiveModel.execute(
      { team, model, ...(await modelOf(request, filename)) },
      { kind: 'everyone' },
      claimOf(key, { team, model }, ARCHIVE),
      { buildId: randomUUIDv7(), now: new Date() },
      goneSignal(request),
    );
  }
}

type Model = Omit<ModelUpload, 'team' | 'model'>;

async function modelOf(request: FastifyRequest, filename: string | undefined): Promise<Model> {
  const contentType = request.headers['content-type'] ?? '';
  const bytes = bodyStream(request);
  if (filename === undefined && FORM.test(contentType))
    return {
      ...(await readModelForm(contentType, bytes)),
      sizeBytes: undefined,
      form: 'told-by-bytes',
    };
  const form = filename === undefined ? formOf(contentType) : 'file';
  return { spec: undefined, bytes, sizeBytes: lengthOf(request), filename, form };
}

function formOf(contentType: string): 'archive' | 'file' | 'told-by-bytes' {
  if (ARCHIVES.test(contentType)) return 'archive';
  return contentType === '' || SAYS_NOTHING.test(contentType) ? 'told-by-bytes' : 'file';
}
