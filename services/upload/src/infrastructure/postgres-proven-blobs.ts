import type { Layer } from '@floe/contracts';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';

import { ProvenBlobs } from '../application/builds.ts';

interface BlobRow {
  readonly digest: string;
  /** bigint: a string in JavaScript. */
  readonly size_bytes: string;
}

@Injectable()
export class PostgresProvenBlobs extends ProvenBlobs {
  constructor(private readonly dataSource: DataSource) {
    super();
  }

  override async add(team: string, { digest, sizeBytes }: Layer): Promise<void> {
    await this.dataSource.query(
      `INSERT INTO proven_blob (team, digest, size_bytes) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`,
      [team, digest, sizeBytes],
    );
  }

  override async find(
    team: string,
    digests: readonly string[],
  ): Promise<ReadonlyMap<string, Layer>> {
    const rows: BlobRow[] = await this.dataSource.query(
      `SELECT digest, size_bytes FROM proven_blob WHERE team = $1 AND digest = ANY($2)`,
      [team, digests],
    );
    return new Map(
      rows.map(({ digest, size_bytes }) => [digest, { digest, sizeBytes: Number(size_bytes) }]),
    );
  }

  override async sizes(team: string, sizes: readonly number[]): Promise<ReadonlySet<number>> {
    const rows: Pick<BlobRow, 'size_bytes'>[] = await this.dataSource.query(
      `SELECT DISTINCT size_bytes FROM proven_blob WHERE team = $1 AND size_bytes = ANY($2)`,
      [team, sizes],
    );
    return new Set(rows.map(({ size_bytes }) => Number(size_bytes)));
  }
}
