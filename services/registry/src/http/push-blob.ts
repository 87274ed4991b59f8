import { Injectable } from '@nestjs/common';

import { AppendChunk } from '../application/append-chunk.ts';
import { CancelUpload } from '../application/cancel-upload.ts';
import { CompleteUpload } from '../application/complete-upload.ts';
import { FindUpload } from '../application/find-upload.ts';
import { MountBlob } from '../application/mount-blob.ts';
import { OpenUpload } from '../application/open-upload.ts';
import { SizeInvalid } from '../domain/errors.ts';
import { sizeOf, type Upload } from '../domain/upload.ts';
import { type Answer, type Asked, emptyAnswer, lengthOf, soon } from './asked.ts';
import { rangeOf } from './error-answer.ts';
import { parseChunkRange } from './parse-range.ts';
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
    const upload = await this.openUpload.execute(repository, soon(asked));
    return query.has('digest') ? this.#finish(upload, asked) : uploadAnswer(202, upload);
  }

  async append(key: UploadKey, asked: Asked): Promise<Answer> {
    const stated = asked.headers['content-range'];
    const range = stated === undefined ? undefined : parseChunkRange(stated);
    const length = lengthOf(asked);
    if (stated !== undefined && range === undefined) {
      throw new SizeInvalid('Content-Range must be of the form 0-41.');
    }
    if (range !== undefined && length !== undefined && range.end - range.start !== length) {
      throw new SizeInvalid('Content-Range and Content-Length contradict each other.');
    }
    const upload = await this.appendChunk.execute(
      key,
      {
        bytes: asked.body ?? nothing(),
        start: range?.start,
        sizeBytes: range === undefined ? length : range.end - range.start,
      },
      asked.gone,
    );
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
    const bytes = asked.body;
    const closing =
      bytes === undefined ? { digest } : { digest, last: { bytes, sizeBytes: lengthOf(asked) } };
    await this.completeUpload.execute(upload, closing, asked.gone);
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

async function* nothing(): AsyncGenerator<Uint8Array> {}
