import { type Gauge, gaugesAt } from '../gauges-at.ts';
import type { Cluster } from './start-cluster.ts';

/** What the first running replica of a service says of itself, under one name. */
export function gaugesOf(
  cluster: Cluster,
  service: string,
  name: string,
): Promise<readonly Gauge[]> {
  return gaugesAt(String(cluster.urlsOf(service)[0]), name);
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
