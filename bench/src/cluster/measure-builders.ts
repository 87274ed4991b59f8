import { readFile } from 'node:fs/promises';
import { Agent } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { distinct, sendFile } from '../send-file.ts';
import { times } from '../statistics.ts';
import { timelineOf } from '../timeline.ts';
import { root } from '../workspace.ts';
import { listen } from './front.ts';
import { runCluster, type RunningCluster } from './run-cluster.ts';

const BUILDS = 120;
const BUILDERS = [1, 2, 4];
/** What a slow registry takes for a manifest. */
const SLOW_MS = 200;
const CONCURRENCY = '2';
const LOOK_MS = 250;

/** Builds that wait for a slow registry, by one, two and four builders. */
export async function measureBuilders(): Promise<readonly string[]> {
  await using cluster = await runCluster(['upload', 'inference', 'catalogue', 'registry']);
  await using registry = await listen(async (method, path) => {
    if (method === 'PUT' && path.includes('/manifests/')) await sleep(SLOW_MS);
    return cluster.url;
  });
  const rates: number[] = [];
  for (const builders of BUILDERS) rates.push(await rateOf(cluster, registry.url, builders));
  return [
    `| builders, ${CONCURRENCY} builds each at a time, a registry that takes ${SLOW_MS} ms | builds/s | ratio |`,
    '| --- | --- | --- |',
    ...BUILDERS.map(
      (builders, nth) =>
        `| ${builders} | ${(rates[nth] ?? 0).toFixed(1)} | ${times((rates[nth] ?? 0) / (rates[0] ?? 1))} |`,
    ),
  ];
}

/** Builds a second, from the first that begins to the last that is built. */
async function rateOf(
  cluster: RunningCluster,
  registry: string,
  builders: number,
): Promise<number> {
  await using opened = new AsyncDisposableStack();
  const ids = await queued(cluster, builders);
  const env = { FLOE_REGISTRY_URL: registry, FLOE_BUILDER_CONCURRENCY: CONCURRENCY };
  const started = await Promise.all(
    Array.from({ length: builders }, () => cluster.add('builder', env)),
  );
  for (const builder of started) opened.use(builder);
  const first: number[] = [];
  const last: number[] = [];
  for (const id of ids) {
    const { at } = await released(cluster.url, id);
    first.push(at('building'));
    last.push(at('assigning'));
  }
  return BUILDS / ((Math.max(...last) - Math.min(...first)) / 1_000);
}

/** Builds that wait for a builder: there is none yet. */
async function queued({ url }: RunningCluster, builders: number): Promise<readonly string[]> {
  const model = await readFile(join(root, 'examples/sensor-grade/xgb.onnx'));
  const agent = new Agent({ keepAlive: true, maxSockets: 16 });
  const sent = await Promise.all(
    Array.from({ length: BUILDS }, (_, n) =>
      sendFile(url, agent, `bench/m${n}`, distinct(model, `${builders} builders, ${n}`), '0s'),
    ),
  );
  agent.destroy();
  return sent.map(({ id }) => id);
}

async function released(url: string, id: string): ReturnType<typeof timelineOf> {
  for (;;) {
    const build = await timelineOf(url, id);
    if (build.state === 'released') return build;
    if (build.state === 'failed') throw new Error(`the build ${id} failed`);
    await sleep(LOOK_MS);
  }
}
