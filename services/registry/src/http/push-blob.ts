import { randomUUID } from 'node:crypto';

import { Injectable } from '@nestjs/common';

import { AppendChunk } from '../application/append-chunk.ts';
import { CancelUpload } from '../application/cancel-upload.ts';
import { CompleteUpload } from '../application/complete-upload.ts';
import { FindUpload } from '../application/find-upload.ts';
import { MountBlob } from '../application/mount-blob.ts';
import { OpenUpload } from '../application/open-upload.ts';
import { sizeOf, type Upload } from '../domain/upload.ts';
import { type Answer, type Asked, emptyAnswer, soon } from './asked.ts';
import { chunkOf } from './chunk-of.ts';
import { rangeOf } from './error-answer.ts';
import { digestOf, repositoryOf } from './parse-target.ts';

type UploadKey = Pick<Upload, 'id' | 'repository'>;

/** Blobs on their way in. */
@Injectable()
export class PushBlob {
  constructor(
    private readonly mountBlob: MountBlob,
    private readonly openUpload: OpenUpload,
    private readonly findUpload: FindUpload,
    private readonly appendChunk: AppendChunk,
    private readonly completeUpload: CompleteUpload,
    private readonly cancelUpload: CancelUpload,
  ) {}

  /** Opens an upload, unless the blob can be linked or comes with the request. */
  async begin({ repository }: { readonly repository: string }, asked: Asked): Promise<Answer> {
    const { query, principal } = asked;
    const mount = query.get('mount');
    if (mount !== null) {
      const digest = digestOf(mount);
      const from = query.get('from');
      const wanted = { repository, digest, from: from ? repositoryOf(from) : undefined };
      if (await this.mountBlob.execute(wanted, principal, soon(asked))) {
        return blobCreated(repository, digest);
      }
    }
    if (query.has('digest'))
      return this.#finish({ id: randomUUID(), repository, opened: false, chunks: [] }, asked);
    return uploadAnswer(202, await this.openUpload.execute(repository, soon(asked)));
  }

  async append(key: UploadKey, asked: Asked): Promise<Answer> {
    const chunk = chunkOf(asked);
    const upload = await (chunk === undefined
      ? this.findUpload.execute(key, soon(asked))
      : this.appendChunk.execute(key, chunk, asked.gone));
    return uploadAnswer(202, upload);
  }

  async finish(key: UploadKey, asked: Asked): Promise<Answer> {
    return this.#finish(await this.findUpload.execute(key, soon(asked)), asked);
  }

  async status(key: UploadKey, asked: Asked): Promise<Answer> {
    return uploadAnswer(204, await this.findUpload.execute(key, soon(asked)));
  }

  async cancel(key: UploadKey, asked: Asked): Promise<Answer> {
    await this.cancelUpload.execute(key, soon(asked));
    return emptyAnswer(204, {});
  }

  async #finish(upload: Upload, asked: Asked): Promise<Answer> {
    const digest = digestOf(asked.query.get('digest') ?? '');
    await this.completeUpload.execute(upload, { digest, last: chunkOf(asked) }, asked.gone);
    return blobCreated(upload.repository, digest);
  }
}

function blobCreated(repository: string, digest: string): Answer {
  return emptyAnswer(201, {
    location: `/v2/${repository}/blobs/${digest}`,
    'docker-content-digest': digest,
  });
}

function uploadAnswer(status: number, upload: Upload): Answer {
  return emptyAnswer(status, {
    location: `/v2/${upload.repository}/blobs/uploads/${upload.id}`,
    range: rangeOf(sizeOf(upload)),
    'docker-upload-uuid': upload.id,
  });
}
