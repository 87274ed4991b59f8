import { Transactions } from '@floe/outbox';
import { BlobStore } from '@floe/storage';
import { Injectable } from '@nestjs/common';

import { OutOfOrder } from '../domain/errors.ts';
import { checkStart, sizeOf, type Upload } from '../domain/upload.ts';
import type { ChunkBody } from './chunk-body.ts';
import { FindUpload } from './find-upload.ts';
import { receiveHashed } from './receive-hashed.ts';
import { Uploads } from './uploads.ts';

@Injectable()
export class AppendChunk {
  constructor(
    private readonly transactions: Transactions,
    private readonly findUpload: FindUpload,
    private readonly uploads: Uploads,
    private readonly store: BlobStore,
  ) {}

  /** Gives the upload with its new chunk. Throws UploadUnknown, OutOfOrder, and what the store throws. */
  async execute(
    key: Pick<Upload, 'id' | 'repository'>,
    { bytes, start, sizeBytes }: ChunkBody,
    signal: AbortSignal,
  ): Promise<Upload> {
    const upload = await this.findUpload.execute(key, signal);
    checkStart(upload, start);
    const chunk = await receiveHashed(this.store, bytes, signal, sizeBytes);
    if (chunk.sizeBytes === 0) {
      await this.store.discard(chunk);
      return upload;
    }
    const appended = await this.transactions.run(
      (tx) => this.uploads.append(upload.id, sizeOf(upload), chunk, tx),
      signal,
    );
    if (appended) return { ...upload, chunks: [...upload.chunks, chunk] };
    await this.store.discard(chunk);
    throw new OutOfOrder(sizeOf(await this.findUpload.execute(key, signal)));
  }
}
