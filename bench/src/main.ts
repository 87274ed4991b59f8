import { writeFile } from 'node:fs/promises';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';

import { measureAgainstDocker } from './measure-against-docker.ts';
import { measureBurst } from './measure-burst.ts';
import { measureBytes } from './measure-bytes.ts';
import { measureLatency } from './measure-latency.ts';
import { mebibytes } from './statistics.ts';
import { root } from './workspace.ts';

const MEASUREMENTS = [
  { name: 'latency', title: 'From acceptance to release, idle', measure: measureLatency },
  { name: 'burst', title: 'Many uploads at once', measure: measureBurst },
  { name: 'bytes', title: 'Passes over the bytes, memory', measure: measureBytes },
  { name: 'docker', title: 'Against Docker', measure: measureAgainstDocker },
];

const wanted = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
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
if (process.argv.includes('--write')) {
  await writeFile(join(root, 'docs/measurements.md'), `${document.join('\n')}\n`);
}
