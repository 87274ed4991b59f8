import { eventually } from '@floe/testing';
import { describe, expect, it } from 'vitest';

import { settled } from '../invariants/settled.ts';
import { hasTool, tool } from '../outside-tools.ts';
import { sendModel, wish } from '../send-model.ts';
import { smallModel } from '../small-model.ts';
import { hasCluster } from './has-cluster.ts';
import { startDistribution } from './parts.ts';
import { Cluster, SERVICES } from './start-cluster.ts';

const hasSkopeo = await hasTool('CLIENTS', 'skopeo', '--version');

describe.runIf(await hasCluster())('five services', { timeout: 420_000 }, () => {
  it('wait for parts that are away, from their start on, and make a model a version that anybody can copy', async () => {
    await using cluster = await Cluster.create();
    const parts = [cluster.kafka, cluster.minio, cluster.postgres];
    await Promise.all(parts.map((part) => part.stop()));
    const replicas = await Promise.all(SERVICES.map((name) => cluster.add(name)));
    for (const replica of replicas) replica.launch();

    const waiting = await Promise.all(
      replicas.map((replica) => eventually(() => replica.readiness(), { deadlineMs: 60_000 })),
    );
    const healthy = await Promise.all(replicas.map(({ url }) => fetch(`${url}/healthz`)));
    await Promise.all(parts.map((part) => part.start()));
    await Promise.all(replicas.map((replica) => replica.ready()));
    const uploaded = await cluster.floe('upload', 'examples/sensor-grade', '-m', 'demo/sensor');

    for (const { checks } of waiting) {
      const { database = 'ok', bus = 'ok', store = 'ok' } = checks;
      expect([database, bus, store]).not.toContain('ok');
    }
    expect(healthy.map(({ status }) => status)).toEqual(SERVICES.map(() => 200));
    expect(uploaded).toMatchObject({ code: 0 });
    await expectCopyable(cluster, 'demo/sensor:1');
    for (const part of ['kafka', 'minio', 'postgres'] as const) await expectOutage(cluster, part);
    expect(await settled(cluster, 60_000)).toEqual([]);
    expect(await cluster.verify('--deep')).toMatchObject({ code: 0 });
    expect(await Promise.all(replicas.map((replica) => replica.stop()))).toEqual(
      SERVICES.map(() => 0),
    );
  });
});

/** The check of `/readyz` that tells of each part. */
const TOLD_BY = { kafka: 'bus', minio: 'store', postgres: 'database' } as const;

/** Services that lose a part stay up, say so, and go on when it is back. */
async function expectOutage(cluster: Cluster, name: keyof typeof TOLD_BY): Promise<void> {
  const check = TOLD_BY[name];
  const [upload] = cluster.replicasOf('upload');
  await cluster[name].kill();
  await eventually(
    async () => {
      const { status, checks } = (await upload?.readiness()) ?? { status: 'ready', checks: {} };
      return status !== 'ready' && checks[check] !== 'ok';
    },
    { deadlineMs: 30_000 },
  );

  await cluster[name].start();
  await Promise.all(cluster.running.map((replica) => replica.ready()));
  const build = await sendModel(cluster.url, wish(`demo/${name}`, await smallModel(name)), '60s');

  expect(build).toMatchObject({ state: 'released', version: 1 });
  expect(cluster.running).toHaveLength(SERVICES.length);
}

/** A foreign client takes a version to a foreign registry, where it is the same image. */
async function expectCopyable(cluster: Cluster, reference: string): Promise<void> {
  if (!hasSkopeo) return;
  await using distribution = await startDistribution(cluster.network);
  const [from, to] = [new URL(cluster.url).host, distribution.host];
  const insecure = ['--src-tls-verify=false', '--dest-tls-verify=false'];

  const [name = '', version = ''] = reference.split(':');
  const names = [`docker://${from}/${reference}`, `docker://${to}/${reference}`];
  await tool('skopeo', 'copy', '--preserve-digests', ...insecure, ...names);

  const [there, here] = await Promise.all(
    [to, from].map((host) => digestAt(`http://${host}/v2/${name}/manifests/${version}`)),
  );
  expect(there).toMatch(/^sha256:/);
  expect(there).toBe(here);
}

async function digestAt(url: string): Promise<string | null> {
  const accept = 'application/vnd.oci.image.manifest.v1+json';
  const { headers } = await fetch(url, { method: 'HEAD', headers: { accept } });
  return headers.get('docker-content-digest');
}
