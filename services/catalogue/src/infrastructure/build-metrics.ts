import { type Measurement, Metrics, type MetricSource } from '@floe/http';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';

/** Open builds, which have an index of their own however many have ended, and the counters of the models. */
const OPEN = `
  SELECT state, count(*)::int AS count, EXTRACT(epoch FROM now() - min(told_at))::float8 AS silent
    FROM build WHERE state NOT IN ('released', 'failed', 'cancelled') GROUP BY state`;
const VERSIONS = `SELECT COALESCE(sum(last_version), 0)::int AS count FROM model`;

@Injectable()
export class BuildMetrics implements MetricSource {
  readonly name = 'catalogue builds';

  constructor(
    metrics: Metrics,
    private readonly dataSource: DataSource,
  ) {
    metrics.add(this);
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
