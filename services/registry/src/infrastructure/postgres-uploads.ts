import type { Transaction } from '@floe/messaging';
import { managerOf } from '@floe/outbox';
import { Injectable } from '@nestjs/common';

import { Uploads } from '../application/uploads.ts';
import type { Chunk, Upload } from '../domain/upload.ts';

interface ChunkRow {
  readonly key: string;
  readonly size_bytes: string;
  readonly digest: string;
}

@Injectable()
export class PostgresUploads extends Uploads {
  override async open(
    { id, repository }: Pick<Upload, 'id' | 'repository'>,
    tx: Transaction,
  ): Promise<void> {
    await managerOf(tx).query(`INSERT INTO upload (id, repository) VALUES ($1, $2)`, [
      id,
      repository,
    ]);
  }

  override async find(
    { id, repository }: Pick<Upload, 'id' | 'repository'>,
    tx: Transaction,
  ): Promise<Upload | undefined> {
    const rows: (ChunkRow | Record<keyof ChunkRow, null>)[] = await managerOf(tx).query(
      `SELECT key, upload_chunk.size_bytes, digest
         FROM upload LEFT JOIN upload_chunk ON upload_id = id
        WHERE id = $1 AND repository = $2 ORDER BY start_byte`,
      [id, repository],
    );
    if (rows.length === 0) return undefined;
    return { id, repository, opened: true, chunks: rows.flatMap((row) => chunkOf(row) ?? []) };
  }

  override async append(
    id: string,
    start: number,
    { key, sizeBytes, digest }: Chunk,
    tx: Transaction,
  ): Promise<boolean> {
    const [, touched]: [unknown, number] = await managerOf(tx).query(
      `UPDATE upload SET size_bytes = size_bytes + $3, touched_at = now() WHERE id = $1 AND size_bytes = $2`,
      [id, start, sizeBytes],
    );
    if (touched === 0) return false;
    await managerOf(tx).query(
      `INSERT INTO upload_chunk (upload_id, start_byte, size_bytes, key, digest) VALUES ($1, $2, $3, $4, $5)`,
      [id, start, sizeBytes, key, digest],
    );
    return true;
  }

  override async drop(id: string, tx: Transaction): Promise<void> {
    await managerOf(tx).query(`DELETE FROM upload WHERE id = $1`, [id]);
  }

  override async dropIdle(
    since: Date,
    tx: Transaction,
  ): Promise<readonly Pick<Upload, 'chunks'>[]> {
    const rows: { id: string; repository: string }[] = await managerOf(tx).query(
      `SELECT id, repository FROM upload WHERE touched_at < $1 ORDER BY touched_at LIMIT 100
          FOR UPDATE SKIP LOCKED`,
      [since],
    );
    const idle: Pick<Upload, 'chunks'>[] = [];
    for (const row of rows) {
      idle.push((await this.find(row, tx)) ?? { chunks: [] });
      await this.drop(row.id, tx);
    }
    return idle;
  }
}

function chunkOf(row: ChunkRow | Record<keyof ChunkRow, null>): Chunk | undefined {
  if (row.key === null) return undefined;
  return { key: row.key, sizeBytes: Number(row.size_bytes), digest: row.digest };
}
