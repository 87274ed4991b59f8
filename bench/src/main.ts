import { writeFile } from 'node:fs/promises';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { measureBuilders } from './cluster/measure-builders.ts';
import { measureKafka } from './cluster/measure-kafka.ts';
import { measureProcesses } from './cluster/measure-processes.ts';
import { measureStore } from './cluster/measure-store.ts';
import { measureAgain } from './measure-again.ts';
import { measureAgainstDocker } from './measure-against-docker.ts';
import { measureBurst } from './measure-burst.ts';
import { measureBytes } from './measure-bytes.ts';
import { measureClients } from './measure-clients.ts';
import { measureLatency } from './measure-latency.ts';
import { measureMemory } from './measure-memory.ts';
import { measurePull } from './measure-pull.ts';
import { measureTools } from './measure-tools.ts';
import { mebibytes } from './statistics.ts';
import { root } from './workspace.ts';

const MEASUREMENTS = [
  { name: 'latency', title: 'From acceptance to release, idle', measure: measureLatency },
  { name: 'burst', title: 'Many uploads at once', measure: measureBurst },
  { name: 'bytes', title: 'Passes over the bytes, memory', measure: measureBytes },
  { name: 'docker', title: 'Against Docker', measure: measureAgainstDocker },
  { name: 'tools', title: 'Against tools that push, and against the disk', measure: measureTools },
  { name: 'pull', title: 'Pulls', measure: measurePull },
  { name: 'again', title: 'The same again', measure: measureAgain },
  { name: 'memory', title: 'Memory', measure: measureMemory },
  { name: 'clients', title: 'Many clients', measure: measureClients },
  { name: 'processes', title: 'One process and five', measure: measureProcesses },
  { name: 'builders', title: 'More builders', measure: measureBuilders },
  { name: 'kafka', title: 'The adapter of Kafka', measure: measureKafka },
  { name: 'store', title: 'Into MinIO', measure: measureStore },
];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { only: { type: 'string' }, write: { type: 'boolean', default: false } },
});
/** `npm run bench -- --only tools,again`; without a name all of them. */
const wanted = [...positionals, ...(values.only?.split(',') ?? [])];
const unknown = wanted.filter((name) => MEASUREMENTS.every((each) => each.name !== name));
if (unknown.length > 0) {
  const known = MEASUREMENTS.map(({ name }) => name).join(', ');
  throw new Error(`there is no measurement ${unknown.join(', ')}; there are ${known}`);
}
const document = [
  '# Measurements',
  '',
  'Written by `npm run bench -- --write`. Figures of one run on one machine: compare the ratios, not the numbers with other machines.',
  '',
  `Node ${process.version}, ${cpus().length} cores, ${mebibytes(totalmem())}; platform, PostgreSQL and client share them.`,
];
for (const { name, title, measure } of MEASUREMENTS) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  const section = ['', `## ${title}`, '', ...(await measure())];
  process.stdout.write(`${section.join('\n')}\n`);
  document.push(...section);
}
if (values.write) {
  await writeFile(join(root, 'docs/measurements.md'), `${document.join('\n')}\n`);
}
