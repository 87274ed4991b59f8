import type { Cluster } from './start-cluster.ts';

/** How many builds the catalogue has in each state. */
export async function endsOf(cluster: Cluster): Promise<Readonly<Record<string, number>>> {
  const rows = await cluster.sql<{ state: string; builds: number }>(
    'SELECT state, count(*)::int AS builds FROM catalogue.build GROUP BY state',
  );
  return Object.fromEntries(rows.map(({ state, builds }) => [state, builds]));
}
