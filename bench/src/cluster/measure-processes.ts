import { readFile } from 'node:fs/promises';
import { Agent } from 'node:http';
import { join } from 'node:path';

import { runPlatform } from '../run-platform.ts';
import { distinct, sendFile } from '../send-file.ts';
import { milliseconds, percentile } from '../statistics.ts';
import { timelineOf } from '../timeline.ts';
import { root } from '../workspace.ts';
import { runCluster } from './run-cluster.ts';

const UPLOADS = 300;
const AT_ONCE = 16;

/** Small uploads, some at a time: one process with everything embedded, against five on Kafka and MinIO. */
export async function measureProcesses(): Promise<readonly string[]> {
  const lines = [
    `| ${UPLOADS} uploads, ${AT_ONCE} at a time | uploads/s | accepted → released p50 | p99 | errors |`,
    '| --- | --- | --- | --- | --- |',
  ];
  {
    await using platform = await runPlatform();
    lines.push(await lineOf('one process, embedded', platform.url));
  }
  await using cluster = await runCluster();
  lines.push(await lineOf('five processes, Kafka, MinIO', cluster.url));
  return lines;
}

async function lineOf(name: string, url: string): Promise<string> {
  const model = await readFile(join(root, 'examples/sensor-grade/xgb.onnx'));
  const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
  const send = (n: number): ReturnType<typeof sendFile> =>
    sendFile(url, agent, `bench/m${n}`, distinct(model, `upload ${n}`));
  for (let n = 0; n < AT_ONCE; n += 1) await send(-n);
  const begun = performance.now();
  const sent = await Promise.all(Array.from({ length: UPLOADS }, (_, n) => send(n + 1)));
  const seconds = (performance.now() - begun) / 1_000;
  agent.destroy();
  const ended = await Promise.all(sent.map(({ id }) => timelineOf(url, id)));
  const released = ended.filter(({ state }) => state === 'released');
  const each = released.map(({ at }) => at('released') - at('received'));
  const [p50, p99] = [percentile(each, 0.5), percentile(each, 0.99)];
  return `| ${name} | ${Math.round(UPLOADS / seconds)} | ${milliseconds(p50)} | ${milliseconds(p99)} | ${UPLOADS - released.length} |`;
}
