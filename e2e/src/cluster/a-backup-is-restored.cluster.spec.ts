import type { Build } from '@floe/client';
import { eventually } from '@floe/testing';
import { describe, expect, it } from 'vitest';

import { settled } from '../invariants/settled.ts';
import { sendModel, wish } from '../send-model.ts';
import { smallModel } from '../small-model.ts';
import { backUp, restore } from './backup.ts';
import { endsOf } from './ends-of.ts';
import { hasCluster } from './has-cluster.ts';
import { Cluster, SERVICES } from './start-cluster.ts';

describe.runIf(await hasCluster())('a backup', { timeout: 420_000 }, () => {
  it('is taken while builds are under way, and they go on where it is restored', async () => {
    await using lost = await Cluster.start();
    for (const text of ['one', 'two']) await send(lost, text, '60s');
    // Some stand before the registry, of some only the lost broker will know.
    lost.front.hold('registry');
    for (const text of ['three', 'four']) await send(lost, text, '0s');
    await eventually(async () => (await endsOf(lost))['building'] === 2);
    await lost.replicasOf('inference')[0]?.stop();
    for (const text of ['five', 'six']) await send(lost, text, '0s');
    await eventually(async () => (await endsOf(lost))['inferring'] === 2);

    const backup = await backUp(lost);
    await using found = await Cluster.start();
    for (const replica of found.running) await replica.stop();
    await restore(backup, found);
    await Promise.all(
      SERVICES.flatMap((name) => found.replicasOf(name)).map((each) => each.start()),
    );

    expect(await settled(found, 180_000)).toEqual([]);
    expect(await endsOf(found)).toEqual({ released: 6 });
    expect(await send(found, 'seven', '60s')).toMatchObject({ state: 'released', version: 7 });
    expect(await found.verify('--deep')).toMatchObject({ code: 0 });
  });
});

async function send(cluster: Cluster, text: string, wait: string): Promise<Build> {
  return sendModel(cluster.url, wish('demo/iris', await smallModel(text)), wait);
}
