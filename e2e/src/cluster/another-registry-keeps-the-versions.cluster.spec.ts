import { createHash } from 'node:crypto';

import { describe, expect, it } from 'vitest';

import { sendModel, wish } from '../send-model.ts';
import { smallModel } from '../small-model.ts';
import { PlatformProcess } from '../start-platform.ts';
import { hasCluster } from './has-cluster.ts';
import { startNetwork } from './part.ts';
import { startDistribution } from './parts.ts';
import { Cluster, SERVICES } from './start-cluster.ts';

type Sent = Awaited<ReturnType<typeof sendModel>>;

const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';

describe.runIf(await hasCluster())('a platform with another registry', { timeout: 180_000 }, () => {
  it('releases its versions there, each under its number, also when the registry comes later', async () => {
    await using network = await startNetwork();
    await using registry = await startDistribution(network);
    const { host } = registry;
    await using platform = await PlatformProcess.start({
      env: { FLOE_REGISTRY_URL: `http://${host}` },
    });

    const first = await send(platform.url, 'one');
    await registry.stop();
    const sent = send(platform.url, 'two');
    await registry.start();

    await expectKept(host, [first, await sent]);
  });
});

describe.runIf(await hasCluster())('a cluster with another registry', { timeout: 240_000 }, () => {
  it('releases its versions there', async () => {
    await using cluster = await Cluster.create();
    await using registry = await startDistribution(cluster.network);
    const { host } = registry;
    const env = { FLOE_REGISTRY_URL: `http://${host}` };
    const services = await Promise.all(SERVICES.map((name) => cluster.add(name, env)));
    await Promise.all(services.map((service) => service.start()));

    const first = await send(cluster.url, 'one');
    const second = await send(cluster.url, 'two');

    await expectKept(host, [first, second]);
  });
});

async function send(url: string, text: string): Promise<Sent> {
  return sendModel(url, wish('demo/iris', await smallModel(text)), '60s');
}

/** Each is in the registry under its number, as it was told. */
async function expectKept(host: string, builds: readonly Sent[]): Promise<void> {
  for (const [nth, { state, version, image }] of builds.entries()) {
    expect({ state, version }).toEqual({ state: 'released', version: nth + 1 });
    expect(image?.reference).toBe(`${host}/demo/iris:${nth + 1}`);
    const address = `http://${host}/v2/demo/iris/manifests/${nth + 1}`;
    const manifest = await fetch(address, { headers: { accept: MANIFEST } });
    const bytes = Buffer.from(await manifest.arrayBuffer());
    expect(`sha256:${createHash('sha256').update(bytes).digest('hex')}`).toBe(image?.digest);
  }
}
