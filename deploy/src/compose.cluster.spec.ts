import { join } from 'node:path';

import { freePort } from '@floe/testing';
import { describe, expect, it } from 'vitest';

import { has, root, tool } from './compose.ts';

const SERVICES = ['upload', 'inference', 'builder', 'catalogue', 'registry'];
const EXAMPLE = ['compose', '--env-file', '.env.example'];

interface Composed {
  readonly services: Readonly<Record<string, ComposedService>>;
}

interface ComposedService {
  readonly image: string;
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
  readonly deploy: { readonly resources: { readonly limits: { readonly memory: string } } };
}

const hasCompose = await has('docker compose', 'docker', 'compose', 'version');
const hasCluster =
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

describe.runIf(hasCompose)('docker-compose.yml', () => {
  it('is understood, and bounds what each service may do', async () => {
    const text = await tool({}, 'docker', ...EXAMPLE, 'config', '--format', 'json');

    const { services } = JSON.parse(text) as Composed;
    for (const name of SERVICES) {
      expect(services[name]).toMatchObject({ image: 'floe', read_only: true, cap_drop: ['ALL'] });
      expect(Number(services[name]?.deploy.resources.limits.memory)).toBeGreaterThan(0);
    }
  });

  it('has no secrets of its own', async () => {
    const config = tool({}, 'docker', 'compose', '--env-file', '/dev/null', 'config', '-q');

    await expect(config).rejects.toThrow('see .env.example');
  });
});

describe.runIf(hasCluster)('the cluster', () => {
  it('releases models, more with more replicas, and across the restart of each service', async () => {
    await using cluster = await start();

    const first = await cluster.upload('1');
    await cluster.compose('up', '-d', '--wait', '--scale', 'builder=2', '--scale', 'upload=2');
    const second = await cluster.upload('2');
    for (const name of SERVICES) await cluster.compose('restart', name);
    await cluster.compose('up', '-d', '--wait', '--scale', 'builder=2', '--scale', 'upload=2');
    const third = await cluster.upload('3');

    expect([first, second, third]).toEqual([1, 2, 3]);
    // The proxy leads to the registry, too.
    const manifest = await fetch(`${cluster.url}/v2/demo/sensor/manifests/3`);
    expect(manifest.status).toBe(200);
  }, 300_000);
});

interface Cluster extends AsyncDisposable {
  readonly url: string;
  compose(...words: readonly string[]): Promise<string>;
  /** Uploads an example as demo/sensor; gives the version that it became. */
  upload(run: string): Promise<number>;
}

/** A cluster of its own: neither the names, ports nor volumes of the one that a person runs. */
async function start(): Promise<Cluster> {
  const port = await freePort();
  const env = { FLOE_CLUSTER_PORT: String(port), FLOE_KAFKA_PORT: String(await freePort()) };
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
