import { freePort } from '@floe/testing';
import { describe, expect, it } from 'vitest';

import { tool } from './compose.ts';
import { EXAMPLE, hasCluster, hasCompose, startCluster } from './test-cluster.ts';

const SERVICES = ['upload', 'inference', 'builder', 'catalogue', 'registry'];

interface Composed {
  readonly services: Readonly<Record<string, ComposedService>>;
}

interface ComposedService {
  readonly image: string;
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
  readonly deploy: { readonly resources: { readonly limits: { readonly memory: string } } };
}

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
    await using cluster = await startCluster(await freePort(), await freePort());

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
