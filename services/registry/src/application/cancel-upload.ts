import { Transactions } from '@floe/outbox';
import { BlobStore } from '@floe/storage';
import { Injectable } from '@nestjs/common';

import type { Upload } from '../domain/upload.ts';
import { FindUpload } from './find-upload.ts';
import { Uploads } from './uploads.ts';

@Injectable()
export class CancelUpload {
  constructor(
    private readonly transactions: Transactions,
    private readonly findUpload: FindUpload,
    private readonly uploads: Uploads,
    private readonly store: BlobStore,
  ) {}

  /** Throws UploadUnknown. */
  async execute(key: Pick<Upload, 'id' | 'repository'>, signal: AbortSignal): Promise<void> {
    const upload = await this.findUpload.execute(key, signal);
    await this.transactions.run((tx) => this.uploads.drop(upload.id, tx), signal);
    for (const chunk of upload.chunks) await this.store.discard(chunk);
  }
}
