import { Transactions } from '@floe/outbox';
import { BlobStore } from '@floe/storage';
import { Injectable } from '@nestjs/common';

import { OutOfOrder } from '../domain/errors.ts';
import { sizeOf, type Upload } from '../domain/upload.ts';
import { FindUpload } from './find-upload.ts';
import { receiveHashed } from './receive-hashed.ts';
import { Uploads } from './uploads.ts';

export interface ChunkBody {
  readonly bytes: AsyncIterable<Uint8Array>;
  /** Where the client says that the chunk begins. */
  readonly start: number | undefined;
  readonly sizeBytes: number | undefined;
}

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
    const end = sizeOf(upload);
    if (start !== undefined && start !== end) throw new OutOfOrder(end);
    const chunk = await receiveHashed(this.store, bytes, signal, sizeBytes);
    if (chunk.sizeBytes === 0) {
      await this.store.discard(chunk);
      return upload;
    }
    const appended = await this.transactions.run(
      (tx) => this.uploads.append(upload.id, end, chunk, tx),
      signal,
    );
    if (appended) return { ...upload, chunks: [...upload.chunks, chunk] };
    await this.store.discard(chunk);
    throw new OutOfOrder(sizeOf(await this.findUpload.execute(key, signal)));
  }
}
