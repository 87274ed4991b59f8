import { setTimeout as sleep } from 'node:timers/promises';

import { Doorbell } from '@floe/messaging';
import type { Startable } from '@floe/service';
import { Injectable, Logger } from '@nestjs/common';
import { DataSource } from 'typeorm';

const BATCH_FACTS = 1_000;
const NET_MS = 1_000;
const MANY_FACTS = 20;
const REST_WITH_MANY_MS = 100;

/**
 * Gives the facts of the public log their places: one appender at a time, after the commits. A sequence inside
 * concurrent transactions would show a later place before an earlier one, and a reader would miss the earlier.
 */
@Injectable()
export class Appender implements Startable {
  readonly #committed = new Doorbell();
  readonly #readers = new Set<() => void>();

  constructor(
    private readonly dataSource: DataSource,
    private readonly log: Logger,
  ) {}

  readonly wake = (): void => this.#committed.ring();

  /** Calls `ring` after each append of this process; give it back by calling what is returned. */
  onAppend(ring: () => void): () => void {
    this.#readers.add(ring);
    return () => void this.#readers.delete(ring);
  }

  start(): AsyncDisposable {
    const stop = new AbortController();
    const running = this.#run(stop.signal);
    return {
      async [Symbol.asyncDispose]() {
        stop.abort();
        await running;
      },
    };
  }

  async #run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        const placed = await this.#appendBatch();
        if (placed > 0) for (const ring of this.#readers) ring();
        // Under load facts gather meanwhile: a batch costs more than a fact.
        if (placed >= MANY_FACTS) await sleep(REST_WITH_MANY_MS, undefined, { signal });
        if (placed === 0) await this.#committed.wait(NET_MS, signal);
      } catch (error) {
        if (signal.aborted) return;
        this.log.error('public log interrupted', { error });
        await sleep(NET_MS, undefined, { signal }).catch(() => {});
      }
    }
  }

  /**
   * The row of the log is the lock of its appender: it is held until the places are committed. Facts that a twin placed
   * meanwhile are known by their positions, asked for so that no index offers itself: by the statistics of quieter times
   * all facts without a place are one row, and the plan for one row takes minutes with a long queue.
   */
  async #appendBatch(): Promise<number> {
    const [, placed]: [unknown, number] = await this.dataSource.query(
      `WITH waiting AS MATERIALIZED (
         SELECT ARRAY(
           SELECT arrival FROM public_fact WHERE position IS NULL ORDER BY arrival LIMIT ${BATCH_FACTS}
         ) AS arrivals
       ), log AS (
         UPDATE public_log SET last_position = last_position + cardinality(arrivals)
           FROM waiting WHERE cardinality(arrivals) > 0
         RETURNING last_position - cardinality(arrivals) AS first
       )
       UPDATE public_fact SET position = log.first + array_position((SELECT arrivals FROM waiting), arrival)
         FROM log
        WHERE arrival = ANY ((SELECT arrivals FROM waiting)::bigint[]) AND COALESCE(position, 0) = 0`,
    );
    return placed;
  }
}
