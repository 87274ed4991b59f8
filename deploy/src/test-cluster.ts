import { join } from 'node:path';

import { has, root, tool } from './compose.ts';

export const EXAMPLE = ['compose', '--env-file', '.env.example'];

export const hasCompose = await has('docker compose', 'docker', 'compose', 'version');
export const hasCluster =
  hasCompose &&
  (await has('Docker Engine', 'docker', 'info')) &&
  (await has(
    'an image',
    'docker',
    'image',
    'inspect',
    'floe',
    'apache/kafka:4.3.1',
    'minio/minio:latest',
    'postgres:18',
    'nginx:stable',
  ));

export interface Cluster extends AsyncDisposable {
  readonly url: string;
  compose(...words: readonly string[]): Promise<string>;
  /** Uploads an example as demo/sensor; gives the version that it became. */
  upload(run: string): Promise<number>;
}

/** A cluster of its own: neither the names, ports nor volumes of the one that a person runs. */
export async function startCluster(port: number, kafkaPort: number): Promise<Cluster> {
  const env = { FLOE_CLUSTER_PORT: String(port), FLOE_KAFKA_PORT: String(kafkaPort) };
  const project = ['-p', `floe-test-${port}`];
  const url = `http://localhost:${port}`;
  const cluster: Cluster = {
    url,
    compose: (...words) => tool(env, 'docker', ...EXAMPLE, ...project, ...words),
    upload: async (run) => {
      const words = [
        'upload',
        'examples/sensor-grade',
        '-m',
        'demo/sensor',
        '--meta',
        `run=${run}`,
      ];
      const bin = join(root, 'node_modules/.bin/floe');
      const answer = await tool({ FLOE_URL: url }, bin, ...words, '--json');
      return (JSON.parse(answer) as { readonly version: number }).version;
    },
    [Symbol.asyncDispose]: async () => {
      await tool(env, 'docker', ...EXAMPLE, ...project, 'down', '--volumes', '--timeout', '5');
    },
  };
  await using undone = new AsyncDisposableStack();
  undone.use(cluster);
  await cluster.compose('up', '-d', '--wait', '--wait-timeout', '200');
  undone.move();
  return cluster;
}
