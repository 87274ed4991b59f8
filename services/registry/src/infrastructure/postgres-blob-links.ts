import type { Transaction } from '@floe/messaging';
import { askTogether, type Asking, managerOf } from '@floe/outbox';
import { Injectable } from '@nestjs/common';

import { BlobLinks, type LinkedBlob } from '../application/blob-links.ts';

interface Place {
  readonly repository: string;
  readonly digest: string;
}

const FOUND: Asking<Place, LinkedBlob | undefined> = {
  async ask(places, tx) {
    const rows: { digest: string; size_bytes: string | null }[] = await managerOf(tx).query(
      `SELECT digest, size_bytes
         FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS asked (repository, digest, at)
         LEFT JOIN blob_link USING (repository, digest)
        ORDER BY at`,
      [places.map(({ repository }) => repository), places.map(({ digest }) => digest)],
    );
    return rows.map(({ digest, size_bytes }) =>
      size_bytes === null ? undefined : { digest, sizeBytes: Number(size_bytes) },
    );
  },
};

/** In one order, so that two statements do not wait for each other. */
const ADDED: Asking<Place & LinkedBlob, void> = {
  async ask(links, tx) {
    await managerOf(tx).query(
      `WITH linked AS (
         SELECT DISTINCT ON (repository, digest) *
           FROM unnest($1::text[], $2::text[], $3::bigint[]) AS _ (repository, digest, size_bytes)
          ORDER BY repository, digest
       ), made AS (
         INSERT INTO repository (name) SELECT DISTINCT repository FROM linked ORDER BY repository ON CONFLICT DO NOTHING
       )
       INSERT INTO blob_link (repository, digest, size_bytes) SELECT * FROM linked ON CONFLICT DO NOTHING`,
      [
        links.map(({ repository }) => repository),
        links.map(({ digest }) => digest),
        links.map(({ sizeBytes }) => sizeBytes),
      ],
    );
    return links.map(() => {});
  },
};

@Injectable()
export class PostgresBlobLinks extends BlobLinks {
  override find(
    repository: string,
    digest: string,
    tx: Transaction,
  ): Promise<LinkedBlob | undefined> {
    return askTogether(tx, FOUND, { repository, digest });
  }

  override add(repository: string, blob: LinkedBlob, tx: Transaction): Promise<void> {
    return askTogether(tx, ADDED, { repository, ...blob });
  }
}
