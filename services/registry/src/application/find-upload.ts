import { Injectable } from '@nestjs/common';

import { UploadUnknown } from '../domain/errors.ts';
import type { Upload } from '../domain/upload.ts';
import { Statements } from './statements.ts';
import { Uploads } from './uploads.ts';

@Injectable()
export class FindUpload {
  constructor(
    private readonly statements: Statements,
    private readonly uploads: Uploads,
  ) {}

  /** Throws UploadUnknown. */
  async execute(key: Pick<Upload, 'id' | 'repository'>, signal: AbortSignal): Promise<Upload> {
    const upload = await this.statements.run((tx) => this.uploads.find(key, tx), signal);
    if (upload === undefined) throw new UploadUnknown();
    return upload;
  }
}
