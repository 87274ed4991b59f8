import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

import { type GaugeName, GAUGES } from './gauges.ts';
import { type HistogramName, HISTOGRAMS } from './histograms.ts';

export interface Measurement {
  readonly gauge: GaugeName;
  readonly labels?: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Something that can be measured, such as the outbox of a service. */
export interface MetricSource {
  readonly name: string;
  read(): Promise<readonly Measurement[]>;
}

const SOURCE_DEADLINE_MS = 3_000;

/** What the services of this process measure, read when somebody asks, and the process itself. */
export class Metrics {
  readonly contentType: string;
  readonly #registry = new Registry();
  readonly #gauges: ReadonlyMap<GaugeName, Gauge>;
  readonly #histograms: ReadonlyMap<HistogramName, Histogram>;
  readonly #sources: MetricSource[] = [];
  #reading: Promise<string> | undefined;

  constructor() {
    this.contentType = this.#registry.contentType;
    const registers = [this.#registry];
    collectDefaultMetrics({ register: this.#registry });
    this.#gauges = new Map(
      Object.entries(GAUGES).map(([name, { labels, help }]) => [
        name as GaugeName,
        new Gauge({ name, help, labelNames: [...labels], registers }),
      ]),
    );
    this.#histograms = new Map(
      Object.entries(HISTOGRAMS).map(([name, { labels, help, buckets }]) => [
        name as HistogramName,
        new Histogram({
          name,
          help,
          labelNames: [...labels],
          buckets: [...buckets],
          registers,
        }),
      ]),
    );
  }

  /** Counts something that has just taken so long. */
  observe(
    histogram: HistogramName,
    labels: Readonly<Record<string, string>>,
    seconds: number,
  ): void {
    this.#histograms.get(histogram)?.observe(labels, seconds);
  }

  add(source: MetricSource): void {
    this.#sources.push(source);
  }

  /** In the text format of Prometheus. Who asks meanwhile gets the same answer; a part that is away hides no other. */
  text(): Promise<string> {
    this.#reading ??= this.#read().finally(() => (this.#reading = undefined));
    return this.#reading;
  }

  async #read(): Promise<string> {
    const all = await Promise.all(this.#sources.map(measured));
    for (const gauge of this.#gauges.values()) gauge.reset();
    for (const { gauge, labels = {}, value } of all.flat()) {
      this.#gauges.get(gauge)?.set(labels, value);
    }
    return this.#registry.metrics();
  }
}

async function measured(source: MetricSource): Promise<readonly Measurement[]> {
  const labels = { source: source.name };
  try {
    const measurements = await inTime(source.read());
    return [...measurements, { gauge: 'floe_source_up', labels, value: 1 }];
  } catch {
    return [{ gauge: 'floe_source_up', labels, value: 0 }];
  }
}

async function inTime<T>(reading: Promise<T>): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error('no answer in time')), SOURCE_DEADLINE_MS);
  try {
    return await Promise.race([reading, late]);
  } finally {
    clearTimeout(timer);
  }
}
