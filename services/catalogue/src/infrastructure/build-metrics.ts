import type { BuildEnded } from '@floe/contracts';
import { type Measurement, Metrics, type MetricSource } from '@floe/http';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';

import { Durations } from '../application/durations.ts';

/** Open builds, which have an index of their own however many have ended, and the counters of the models. */
const OPEN = `
  SELECT state, count(*)::int AS count, EXTRACT(epoch FROM now() - min(told_at))::float8 AS silent
    FROM build WHERE state NOT IN ('released', 'failed', 'cancelled') GROUP BY state`;
const VERSIONS = `SELECT COALESCE(sum(last_version), 0)::int AS count FROM model`;

@Injectable()
export class BuildMetrics extends Durations implements MetricSource {
  readonly name = 'catalogue builds';

  constructor(
    private readonly metrics: Metrics,
    private readonly dataSource: DataSource,
  ) {
    super();
    metrics.add(this);
  }

  override ended({ outcome, at, timeline }: BuildEnded): void {
    const [first] = timeline;
    if (first === undefined) return;
    this.metrics.observe('floe_build_seconds', { outcome }, secondsBetween(first.at, at));
    for (const [nth, { state, at: from }] of timeline.entries()) {
      const next = timeline[nth + 1];
      if (next === undefined) return;
      const seconds = secondsBetween(from, next.at);
      this.metrics.observe('floe_build_stage_seconds', { stage: state }, seconds);
    }
  }

  async read(): Promise<readonly Measurement[]> {
    const open: { state: string; count: number; silent: number }[] =
      await this.dataSource.query(OPEN);
    const [versions]: { count: number }[] = await this.dataSource.query(VERSIONS);
    return [
      ...open.map(({ state, count }): Measurement => {
        return { gauge: 'floe_builds_open', labels: { state }, value: count };
      }),
      {
        gauge: 'floe_builds_open_silent_seconds',
        value: Math.max(0, ...open.map(({ silent }) => silent)),
      },
      { gauge: 'floe_versions', value: versions?.count ?? 0 },
    ];
  }
}

/** Clocks of several machines: what they make of two moments is at least nothing. */
function secondsBetween(from: string, to: string): number {
  return Math.max(0, Date.parse(to) - Date.parse(from)) / 1_000;
}
