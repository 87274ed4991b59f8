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

const BUILDERS = [1, 2, 4];
/** As many for each builder, so that a round of more is not shorter, and none of its builders less warmed up. */
const BUILDS_EACH = 30;
/** What a slow registry takes for a manifest. */
const SLOW_MS = 200;
/** Builds of one builder at a time: more would make this machine the limit, and not the waiting. */
const CONCURRENCY = '1';
const LOOK_MS = 250;

/**
 * Builds that wait for a slow registry, by one, two and four builders. All builders run and all builds are queued
 * before the registry answers the first of them: neither starting nor uploading is measured.
 */
export async function measureBuilders(): Promise<readonly string[]> {
  await using cluster = await runCluster(['upload', 'inference', 'catalogue', 'registry']);
  let opened = Promise.resolve();
  await using registry = await listen(async (method, path) => {
    await opened;
    if (method === 'PUT' && path.includes('/manifests/')) await sleep(SLOW_MS);
    return cluster.url;
  });
  const rates: number[] = [];
  for (const builders of BUILDERS) {
    await using running = new AsyncDisposableStack();
    const env = { FLOE_REGISTRY_URL: registry.url, FLOE_BUILDER_CONCURRENCY: CONCURRENCY };
    const all = Array.from({ length: builders }, () => cluster.add('builder', env));
    for (const builder of await Promise.all(all)) running.use(builder);
    // Behind the start: who is ready has seen its registry.
    const gate = Promise.withResolvers<void>();
    opened = gate.promise;
    const ids = await queued(cluster, builders);
    const begun = Date.now();
    gate.resolve();
    rates.push(ids.length / ((await built(cluster, ids, begun)) / 1_000));
  }
  return [
    `Each builder runs ${CONCURRENCY} build at a time, each build waits ${SLOW_MS} ms for the registry to take its manifest. ${BUILDS_EACH} builds for each builder are queued, and all builders ready, before the first begins.`,
    '',
    '| builders | builds/s | ratio |',
    '| --- | --- | --- |',
    ...BUILDERS.map(
      (builders, nth) =>
        `| ${builders} | ${(rates[nth] ?? 0).toFixed(1)} | ${times((rates[nth] ?? 0) / (rates[0] ?? 1))} |`,
    ),
  ];
}

/** Resolves when all builds wait for a builder, or for the registry. */
async function queued({ url }: RunningCluster, builders: number): Promise<readonly string[]> {
  const model = await readFile(join(root, 'examples/sensor-grade/xgb.onnx'));
  const agent = new Agent({ keepAlive: true, maxSockets: 16 });
  const sent = await Promise.all(
    Array.from({ length: BUILDS_EACH * builders }, (_, n) =>
      sendFile(url, agent, `bench/m${n}`, distinct(model, `${builders} builders, ${n}`), '0s'),
    ),
  );
  agent.destroy();
  const ids = sent.map(({ id }) => id);
  for (const id of ids) await inState(url, id, ['queued', 'building']);
  return ids;
}

/** Milliseconds from `begun` until the last one is built. */
async function built(
  { url }: RunningCluster,
  ids: readonly string[],
  begun: number,
): Promise<number> {
  const ends: number[] = [];
  for (const id of ids) ends.push((await inState(url, id, ['released'])).at('assigning'));
  return Math.max(...ends) - begun;
}

async function inState(
  url: string,
  id: string,
  states: readonly string[],
): ReturnType<typeof timelineOf> {
  for (;;) {
    const build = await timelineOf(url, id);
    if (states.includes(build.state)) return build;
    if (build.state === 'failed') throw new Error(`the build ${id} failed`);
    await sleep(LOOK_MS);
  }
}
