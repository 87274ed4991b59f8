import type { Layer } from '@floe/contracts';
import { askTogether, type Asking, managerOf, SingleStatements } from '@floe/outbox';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';

import { ProvenBlobs } from '../application/builds.ts';

/** The server's own timeouts bound each statement. */
const never = new AbortController().signal;

interface BlobRow {
  readonly at: number;
  readonly digest: string;
  /** bigint: a string in JavaScript. */
  readonly size_bytes: string;
}

const ADDED: Asking<Layer & { readonly team: string }, void> = {
  async ask(blobs, tx) {
    await managerOf(tx).query(
      `INSERT INTO proven_blob (team, digest, size_bytes)
       SELECT DISTINCT ON (team, digest) * FROM unnest($1::text[], $2::text[], $3::bigint[]) AS _ (team, digest, size_bytes)
        ORDER BY team, digest
       ON CONFLICT DO NOTHING`,
      [
        blobs.map(({ team }) => team),
        blobs.map(({ digest }) => digest),
        blobs.map(({ sizeBytes }) => sizeBytes),
      ],
    );
    return blobs.map(() => {});
  },
};

interface Wanted {
  readonly team: string;
  readonly digests: readonly string[];
}

const FOUND: Asking<Wanted, readonly Layer[]> = {
  async ask(wanted, tx) {
    const each = wanted.flatMap(({ team, digests }, at) =>
      digests.map((digest) => ({ at, team, digest })),
    );
    const rows: BlobRow[] = await managerOf(tx).query(
      `SELECT at, digest, size_bytes FROM unnest($1::int[], $2::text[], $3::text[]) AS asked (at, team, digest)
         JOIN proven_blob USING (team, digest)`,
      [each.map(({ at }) => at), each.map(({ team }) => team), each.map(({ digest }) => digest)],
    );
    const found = Map.groupBy(rows, ({ at }) => at);
    return wanted.map((_, nth) =>
      (found.get(nth) ?? []).map(({ digest, size_bytes }) => ({
        digest,
        sizeBytes: Number(size_bytes),
      })),
    );
  },
};

@Injectable()
export class PostgresProvenBlobs extends ProvenBlobs {
  readonly #statements: SingleStatements;

  constructor(private readonly dataSource: DataSource) {
    super();
    this.#statements = new SingleStatements(dataSource);
  }

  override add(team: string, blob: Layer): Promise<void> {
    return this.#statements.run((tx) => askTogether(tx, ADDED, { team, ...blob }), never);
  }

  override async find(
    team: string,
    digests: readonly string[],
  ): Promise<ReadonlyMap<string, Layer>> {
    if (digests.length === 0) return new Map();
    const proven = await this.#statements.run(
      (tx) => askTogether(tx, FOUND, { team, digests }),
      never,
    );
    return new Map(proven.map((layer) => [layer.digest, layer]));
  }

  override async sizes(team: string, sizes: readonly number[]): Promise<ReadonlySet<number>> {
    const rows: Pick<BlobRow, 'size_bytes'>[] = await this.dataSource.query(
      `SELECT DISTINCT size_bytes FROM proven_blob WHERE team = $1 AND size_bytes = ANY($2)`,
      [team, sizes],
    );
    return new Set(rows.map(({ size_bytes }) => Number(size_bytes)));
  }
}
