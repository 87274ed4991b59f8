import { createHash } from 'node:crypto';

import { describe, expect, it } from 'vitest';

import { sendModel, wish } from '../send-model.ts';
import { smallModel } from '../small-model.ts';
import { PlatformProcess } from '../start-platform.ts';
import { hasCluster } from './has-cluster.ts';
import { startNetwork } from './part.ts';
import { startDistribution } from './parts.ts';

const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';

describe.runIf(await hasCluster())('a platform with another registry', { timeout: 180_000 }, () => {
  it('releases its versions there, each under its number, also when the registry comes later', async () => {
    await using network = await startNetwork();
    await using registry = await startDistribution(network);
    const { host } = registry;
    await using platform = await PlatformProcess.start({
      env: { FLOE_REGISTRY_URL: `http://${host}` },
    });
    const send = async (text: string) =>
      sendModel(platform.url, wish('demo/iris', await smallModel(text)), '60s');

    const first = await send('one');
    await registry.stop();
    const sent = send('two');
    await registry.start();
    const second = await sent;

    for (const [nth, { state, version, image }] of [first, second].entries()) {
      expect({ state, version }).toEqual({ state: 'released', version: nth + 1 });
      expect(image?.reference).toBe(`${host}/demo/iris:${nth + 1}`);
      const address = `http://${host}/v2/demo/iris/manifests/${nth + 1}`;
      const manifest = await fetch(address, { headers: { accept: MANIFEST } });
      const bytes = Buffer.from(await manifest.arrayBuffer());
      expect(`sha256:${createHash('sha256').update(bytes).digest('hex')}`).toBe(image?.digest);
    }
  });
});
