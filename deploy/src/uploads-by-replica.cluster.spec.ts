import { randomBytes } from 'node:crypto';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { FloeClient, LocalModel, upload, walk } from '@floe/client';
import { eventually, freePort } from '@floe/testing';
import { describe, expect, it } from 'vitest';

import { root, tool } from './compose.ts';
import { type Cluster, hasCluster, startCluster } from './test-cluster.ts';

/** Six parts. */
const WEIGHTS_BYTES = 96 * 1_024 * 1_024;

describe.runIf(hasCluster)('an upload in parts, with three replicas of upload', () => {
  it('goes through one of them and is not read back; when that one is gone, another goes on', async () => {
    await using cluster = await startCluster(await freePort(), await freePort());
    await cluster.compose('up', '-d', '--wait', '--scale', 'upload=3');
    const replicas = await replicasOf(cluster);
    const bytesBefore = await bytesInto(replicas);

    const first = await send(cluster, 'whole');
    const bytes = (await bytesInto(replicas)) - bytesBefore;
    const [whole] = await addressesOf(cluster);

    expect(first).toBe('released');
    expect(whole).toHaveLength(1);
    expect(bytes).toBeGreaterThan(WEIGHTS_BYTES);
    expect(bytes).toBeLessThan(1.3 * WEIGHTS_BYTES);

    let parts = 0;
    const second = await send(cluster, 'halved', async () => {
      parts += 1;
      if (parts !== 4) return;
      const [address] = await eventually(async () => (await addressesOf(cluster))[1]);
      const replica = replicas.find((each) => each.address === address);
      await tool({}, 'docker', 'kill', replica?.id ?? 'the replica that had the first parts');
    });

    expect(second).toBe('released');
    expect((await addressesOf(cluster))[1]?.length).toBeGreaterThan(1);
  }, 300_000);
});

interface Replica {
  readonly id: string;
  readonly address: string;
}

async function replicasOf(cluster: Cluster): Promise<readonly Replica[]> {
  const ids = (await cluster.compose('ps', '-q', 'upload')).trim().split('\n');
  const template = '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}';
  return Promise.all(
    ids.map(async (id) => ({
      id,
      address: (await tool({}, 'docker', 'inspect', '-f', template, id)).trim(),
    })),
  );
}

/** All that came over the network since they began, from senders and from the store. */
async function bytesInto(replicas: readonly Replica[]): Promise<number> {
  const tables = replicas.map(({ id }) => tool({}, 'docker', 'exec', id, 'cat', '/proc/net/dev'));
  const each = (await Promise.all(tables)).map((table) => Number(/eth0: *(\d+)/.exec(table)?.[1]));
  return each.reduce((sum, bytes) => sum + bytes, 0);
}

/** Of each upload, in the order in which they began: where the proxy has led its parts. */
async function addressesOf(cluster: Cluster): Promise<readonly (readonly string[])[]> {
  const addresses = new Map<string, Set<string>>();
  const log = await cluster.compose('logs', '--no-log-prefix', 'proxy');
  for (const [, id = '', upstream = ''] of log.matchAll(
    /"path":"\/api\/v1\/uploads\/([^/"]+)\/parts\/.*"upstream":"([^"]*)"/g,
  )) {
    const known = addresses.get(id) ?? new Set();
    for (const one of upstream.split(', ')) known.add(one.replace(/:\d+$/, ''));
    addresses.set(id, known);
  }
  return [...addresses.values()].map((known) => [...known]);
}

/** Uploads an example with random weights beside it; gives how its build ended. */
async function send(
  { url }: Cluster,
  name: string,
  beforePart: () => Promise<void> = async () => {},
): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'floe-replicas-'));
  await using undone = new AsyncDisposableStack();
  undone.defer(() => rm(folder, { recursive: true }));
  await cp(join(root, 'examples/sensor-grade'), folder, { recursive: true });
  await writeFile(join(folder, 'weights.bin'), randomBytes(WEIGHTS_BYTES));
  const client = new FloeClient({
    url,
    async fetch(input, init) {
      const { href } = input instanceof Request ? new URL(input.url) : new URL(input);
      if (href.includes('/parts/')) await beforePart();
      return fetch(input, init);
    },
  });
  const { items } = await walk(folder);
  return (await upload(client, new LocalModel(items), { team: 'demo', name }, {})).build.state;
}
