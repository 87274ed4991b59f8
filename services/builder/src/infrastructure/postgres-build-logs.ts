import type { Transaction } from '@floe/messaging';
import { afterwards, managerOf } from '@floe/outbox';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';

import { BuildLogs, type LogPage } from '../application/build-logs.ts';
import type { LogLine, NewLogLine } from '../domain/log-line.ts';

@Injectable()
export class PostgresBuildLogs extends BuildLogs {
  readonly #watchers = new Map<string, Set<() => void>>();

  constructor(private readonly dataSource: DataSource) {
    super();
  }

  override async open(buildId: string, tx: Transaction): Promise<void> {
    await managerOf(tx).query(
      `INSERT INTO build_log (build_id) VALUES ($1) ON CONFLICT DO NOTHING`,
      [buildId],
    );
    this.#changed(buildId, tx);
  }

  override async append(
    buildId: string,
    lines: readonly NewLogLine[],
    tx: Transaction,
  ): Promise<readonly LogLine[]> {
    const numbers: { readonly n: number }[] = await managerOf(tx).query(APPEND, [
      buildId,
      lines.map(({ at }) => at),
      lines.map(({ stream }) => stream),
      lines.map(({ text }) => storable(text)),
    ]);
    this.#changed(buildId, tx);
    const first = Math.min(...numbers.map(({ n }) => n));
    return lines.map((line, index) => ({ ...line, n: first + index }));
  }

  override async end(buildId: string, outcome: string, tx: Transaction): Promise<void> {
    await managerOf(tx).query(
      `INSERT INTO build_log (build_id, ended_as) VALUES ($1, $2)
       ON CONFLICT (build_id) DO UPDATE SET ended_as = excluded.ended_as`,
      [buildId, outcome],
    );
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

/** The counter row is locked until commit: numbers have no gap, and no twin. */
const APPEND = `
  WITH counter AS (
    INSERT INTO build_log (build_id, last_n) VALUES ($1, cardinality($4::text[]))
    ON CONFLICT (build_id) DO UPDATE SET last_n = build_log.last_n + excluded.last_n
    RETURNING last_n - cardinality($4::text[]) AS before
  )
  INSERT INTO log_line (build_id, n, at, stream, text)
  SELECT $1, counter.before + line.position, line.at, line.stream, line.text
    FROM counter, unnest($2::timestamptz[], $3::text[], $4::text[]) WITH ORDINALITY AS line (at, stream, text, position)
  RETURNING n`;

/** PostgreSQL's text cannot hold NUL. */
function storable(text: string): string {
  return text.replaceAll('\0', '\u{FFFD}');
}
