import { Injectable } from '@nestjs/common';

import { ReadArchive, type ReadModel } from '../application/read-archive.ts';
import { ModelRefused } from '../domain/errors.ts';

@Injectable()
export class SpooledArchives extends ReadArchive {
  override async execute(): Promise<ReadModel> {
    throw new ModelRefused('ARCHIVE_INVALID', 'Archives are not taken yet.');
  }
}
