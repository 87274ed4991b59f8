import type { Transaction } from '@floe/messaging';
import { afterwards, gather, type Gathering, managerOf } from '@floe/outbox';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';

import { BuildLogs, type LogPage } from '../application/build-logs.ts';
import type { LogLine } from '../domain/log-line.ts';

@Injectable()
export class PostgresBuildLogs extends BuildLogs {
  readonly #watchers = new Map<string, Set<() => void>>();

  constructor(private readonly dataSource: DataSource) {
    super();
  }

  override async open(buildId: string, tx: Transaction): Promise<void> {
    gather(tx, OPENED, buildId);
    this.#changed(buildId, tx);
  }

  override async last(buildId: string, tx?: Transaction): Promise<number> {
    const manager = tx === undefined ? this.dataSource : managerOf(tx);
    const [row]: { readonly last: number }[] = await manager.query(
      `SELECT COALESCE(max(n), 0) AS last FROM log_line WHERE build_id = $1`,
      [buildId],
    );
    return row?.last ?? 0;
  }

  override async add(buildId: string, lines: readonly LogLine[], tx: Transaction): Promise<void> {
    for (const line of lines) gather(tx, LINES, { ...line, buildId });
    this.#changed(buildId, tx);
  }

  override async end(buildId: string, outcome: string, tx: Transaction): Promise<void> {
    gather(tx, ENDS, { buildId, outcome });
    this.#changed(buildId, tx);
  }

  /** The end is read before the lines: whoever sees it sees every line before it. */
  override async read(buildId: string, after: number, limit: number): Promise<LogPage | undefined> {
    const [log]: { readonly ended_as: string | null }[] = await this.dataSource.query(
      `SELECT ended_as FROM build_log WHERE build_id = $1`,
      [buildId],
    );
    if (log === undefined) return undefined;
    const lines: LogLine[] = await this.dataSource.query(
      `SELECT n, at, stream, text FROM log_line WHERE build_id = $1 AND n > $2::bigint ORDER BY n LIMIT $3`,
      [buildId, after, limit],
    );
    return { lines, ...(log.ended_as !== null && { endedAs: log.ended_as }) };
  }

  override onChange(buildId: string, ring: () => void): () => void {
    const watchers = this.#watchers.get(buildId) ?? new Set();
    this.#watchers.set(buildId, watchers.add(ring));
    return () => {
      watchers.delete(ring);
      if (watchers.size === 0) this.#watchers.delete(buildId);
    };
  }

  #changed(buildId: string, tx: Transaction): void {
    afterwards(tx, () => {
      for (const ring of this.#watchers.get(buildId) ?? []) ring();
    });
  }
}

const OPENED: Gathering<string> = {
  async write(buildIds, tx) {
    await managerOf(tx).query(
      `INSERT INTO build_log (build_id) SELECT DISTINCT id FROM unnest($1::uuid[]) AS id ORDER BY id
       ON CONFLICT DO NOTHING`,
      [buildIds],
    );
  },
};

const LINES: Gathering<LogLine & { readonly buildId: string }> = {
  async write(lines, tx) {
    await managerOf(tx).query(
      `INSERT INTO log_line (build_id, n, at, stream, text)
       SELECT * FROM unnest($1::uuid[], $2::int[], $3::timestamptz[], $4::text[], $5::text[])`,
      [
        lines.map(({ buildId }) => buildId),
        lines.map(({ n }) => n),
        lines.map(({ at }) => at),
        lines.map(({ stream }) => stream),
        lines.map(({ text }) => storable(text)),
      ],
    );
  },
};

const ENDS: Gathering<{ readonly buildId: string; readonly outcome: string }> = {
  async write(ends, tx) {
    const outcomes = new Map(ends.map(({ buildId, outcome }) => [buildId, outcome]));
    const ordered = [...outcomes].toSorted(([a], [b]) => (a < b ? -1 : 1));
    await managerOf(tx).query(
      `INSERT INTO build_log (build_id, ended_as) SELECT * FROM unnest($1::uuid[], $2::text[])
       ON CONFLICT (build_id) DO UPDATE SET ended_as = excluded.ended_as`,
      [ordered.map(([buildId]) => buildId), ordered.map(([, outcome]) => outcome)],
    );
  },
};

/** PostgreSQL's text cannot hold NUL. */
function storable(text: string): string {
  return text.replaceAll('\0', '\u{FFFD}');
}
