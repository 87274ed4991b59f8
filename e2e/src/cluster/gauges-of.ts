import type { Cluster } from './start-cluster.ts';

export interface Gauge {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const LINE = /^(\w+)\{(.*)\} (\S+)$/;

/** What the first running replica of a service says of itself at `/metrics`, under one name. */
export async function gaugesOf(
  cluster: Cluster,
  service: string,
  name: string,
): Promise<readonly Gauge[]> {
  const response = await fetch(`${cluster.urlsOf(service)[0]}/metrics`);
  const text = await response.text();
  return text.split('\n').flatMap((line) => {
    const [, found, labels = '', value] = LINE.exec(line) ?? [];
    if (found !== name) return [];
    const pairs = [...labels.matchAll(/(\w+)="([^"]*)"/g)].map(([, key = '', text_ = '']) => [
      key,
      text_,
    ]);
    return [{ name, labels: Object.fromEntries(pairs), value: Number(value) }];
  });
}

/** Records that the service has not read yet. */
export async function lagOf(cluster: Cluster, service: string): Promise<number> {
  const gauges = await gaugesOf(cluster, service, 'floe_consumer_lag_records');
  if (gauges.length === 0) throw new Error(`${service} does not tell its lag`);
  return gauges.reduce((sum, { value }) => sum + value, 0);
}

/** Records that each group has given up, by the topic of its dead letters. */
export async function deadLettersOf(
  cluster: Cluster,
  service: string,
): Promise<Readonly<Record<string, number>>> {
  const gauges = await gaugesOf(cluster, service, 'floe_dead_letters');
  return Object.fromEntries(gauges.map(({ labels, value }) => [labels['topic'] ?? '', value]));
}
