import { readFile } from 'node:fs/promises';
import { Agent } from 'node:http';
import { join } from 'node:path';

import { runPlatform } from './run-platform.ts';
import { distinct, sendFile } from './send-file.ts';
import { milliseconds, percentile, seconds } from './statistics.ts';
import { root } from './workspace.ts';

const UPLOADS = 500;

/** Many small uploads at once, each to a model of its own, until all are released. */
export async function measureBurst(): Promise<readonly string[]> {
  await using platform = await runPlatform();
  const model = await readFile(join(root, 'examples/sensor-grade/xgb.onnx'));
  const agent = new Agent({ keepAlive: true, maxSockets: UPLOADS });
  await sendFile(platform.url, agent, 'bench/warm', model);

  const begun = performance.now();
  const answers = await Promise.all(
    Array.from({ length: UPLOADS }, (_, n) =>
      sendFile(platform.url, agent, `bench/m${n}`, distinct(model, `upload ${n}`)),
    ),
  );
  const all = (performance.now() - begun) / 1_000;
  agent.destroy();
  const errors = answers.filter(({ state }) => state !== 'released').length;
  const each = answers.map(({ ms }) => ms);
  return [
    '| uploads at once | errors | all released after | p50 | p99 |',
    '| --- | --- | --- | --- | --- |',
    `| ${UPLOADS} | ${errors} | ${seconds(all)} | ${milliseconds(percentile(each, 0.5))} | ${milliseconds(percentile(each, 0.99))} |`,
  ];
}
