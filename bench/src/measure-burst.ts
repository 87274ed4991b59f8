import { readFile } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { join } from 'node:path';

import { runPlatform } from './run-platform.ts';
import { milliseconds, percentile, seconds } from './statistics.ts';
import { root } from './workspace.ts';

const UPLOADS = 500;

/** Many small uploads at once, each to a model of its own, until all are released. */
export async function measureBurst(): Promise<readonly string[]> {
  await using platform = await runPlatform();
  const model = await readFile(join(root, 'examples/sensor-grade/xgb.onnx'));
  const agent = new Agent({ keepAlive: true, maxSockets: UPLOADS });
  await send(platform.url, agent, 'warm', model);

  const begun = performance.now();
  const answers = await Promise.all(
    Array.from({ length: UPLOADS }, (_, n) =>
      send(platform.url, agent, `m${n}`, distinct(model, n)),
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

/** The same model with a documentation string of its own: other bytes, hence another layer. */
function distinct(model: Buffer, n: number): Buffer {
  const text = Buffer.from(`upload ${n}`);
  // Field 6 of ModelProto, a string.
  return Buffer.concat([model, Buffer.from([0x32, text.length]), text]);
}

interface Answer {
  readonly state: string;
  readonly ms: number;
}

function send(url: string, agent: Agent, name: string, body: Buffer): Promise<Answer> {
  const begun = performance.now();
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const path = `/api/v1/models/bench/${name}/builds?filename=model.onnx&wait=60s`;
  const sent = request(`${url}${path}`, {
    method: 'PUT',
    agent,
    headers: { 'content-length': body.length },
  });
  sent.on('error', reject);
  sent.on('response', (response) => {
    let text = '';
    response.on('data', (chunk: Buffer) => (text += chunk.toString()));
    response.on('end', () => {
      const { state = 'refused' } = JSON.parse(text) as { readonly state?: string };
      resolve({ state, ms: performance.now() - begun });
    });
  });
  sent.end(body);
  return promise;
}
