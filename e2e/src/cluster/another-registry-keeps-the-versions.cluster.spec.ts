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

    const builds = [first, await sent];
    expect(builds).toMatchObject([released(host, 1), released(host, 2)]);
    expect(await digestsIn(host, builds.length)).toEqual(builds.map(({ image }) => image?.digest));
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

    const builds = [await send(cluster.url, 'one'), await send(cluster.url, 'two')];

    expect(builds).toMatchObject([released(host, 1), released(host, 2)]);
    expect(await digestsIn(host, builds.length)).toEqual(builds.map(({ image }) => image?.digest));
  });
});

async function send(url: string, text: string): Promise<Sent> {
  return sendModel(url, wish('demo/iris', await smallModel(text)), '60s');
}

function released(host: string, version: number): object {
  return { state: 'released', version, image: { reference: `${host}/demo/iris:${version}` } };
}

/** What the registry has under the numbers 1 to `count`, hashed here. */
function digestsIn(host: string, count: number): Promise<readonly string[]> {
  const numbers = Array.from({ length: count }, (_, nth) => nth + 1);
  return Promise.all(
    numbers.map(async (version) => {
      const address = `http://${host}/v2/demo/iris/manifests/${version}`;
      const manifest = await fetch(address, { headers: { accept: MANIFEST } });
      const bytes = Buffer.from(await manifest.arrayBuffer());
      return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
    }),
  );
}
