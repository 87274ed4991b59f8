import type { Transaction } from '@floe/messaging';
import { managerOf } from '@floe/outbox';
import { Injectable } from '@nestjs/common';

import { BlobLinks, type LinkedBlob } from '../application/blob-links.ts';

@Injectable()
export class PostgresBlobLinks extends BlobLinks {
  override async find(
    repository: string,
    digest: string,
    tx: Transaction,
  ): Promise<LinkedBlob | undefined> {
    const [row]: { size_bytes: string }[] = await managerOf(tx).query(
      `SELECT size_bytes FROM blob_link WHERE repository = $1 AND digest = $2`,
      [repository, digest],
    );
    return row && { digest, sizeBytes: Number(row.size_bytes) };
  }

  override async add(
    repository: string,
    { digest, sizeBytes }: LinkedBlob,
    tx: Transaction,
  ): Promise<void> {
    await managerOf(tx).query(
      `WITH made AS (INSERT INTO repository (name) VALUES ($1::text) ON CONFLICT DO NOTHING)
       INSERT INTO blob_link (repository, digest, size_bytes) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`,
      [repository, digest, sizeBytes],
    );
  }
}
