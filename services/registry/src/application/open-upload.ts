import { randomUUID } from 'node:crypto';

import { Transactions } from '@floe/outbox';
import { Injectable } from '@nestjs/common';

import type { Upload } from '../domain/upload.ts';
import { Uploads } from './uploads.ts';

@Injectable()
export class OpenUpload {
  constructor(
    private readonly transactions: Transactions,
    private readonly uploads: Uploads,
  ) {}

  async execute(repository: string, signal: AbortSignal): Promise<Upload> {
    const upload: Upload = { id: randomUUID(), repository, opened: true, chunks: [] };
    await this.transactions.run((tx) => this.uploads.open(upload, tx), signal);
    return upload;
  }
}
