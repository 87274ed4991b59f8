import { readFile } from 'node:fs/promises';
import { Agent } from 'node:http';
import { join } from 'node:path';

import { runPlatform } from './run-platform.ts';
import { distinct, sendFile } from './send-file.ts';
import { milliseconds, percentile, seconds } from './statistics.ts';
import { root } from './workspace.ts';

const UPLOADS = 500;

/**
 * Many small uploads at once, each to a model of its own, until all are released: to a platform that has just started,
 * whose code the engine has not optimized yet, and twice more.
 */
export async function measureBurst(): Promise<readonly string[]> {
  await using platform = await runPlatform();
  const model = await readFile(join(root, 'examples/sensor-grade/xgb.onnx'));
  const agent = new Agent({ keepAlive: true, maxSockets: UPLOADS });
  await sendFile(platform.url, agent, 'bench/warm', model);

  const rows: string[] = [];
  for (const time of ['first', 'second', 'third']) {
    rows.push(`| ${UPLOADS}, ${time} time | ${await burst(platform.url, agent, time, model)} |`);
  }
  agent.destroy();
  return [
    '| uploads at once | errors | all released after | p50 | p99 |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
  ];
}

async function burst(url: string, agent: Agent, time: string, model: Buffer): Promise<string> {
  const begun = performance.now();
  const answers = await Promise.all(
    Array.from({ length: UPLOADS }, (_, n) =>
      sendFile(url, agent, `bench/${time}-${n}`, distinct(model, `${time} upload ${n}`)),
    ),
  );
  const all = (performance.now() - begun) / 1_000;
  const errors = answers.filter(({ state }) => state !== 'released').length;
  const each = answers.map(({ ms }) => ms);
  const [p50, p99] = [percentile(each, 0.5), percentile(each, 0.99)];
  return `${errors} | ${seconds(all)} | ${milliseconds(p50)} | ${milliseconds(p99)}`;
}
