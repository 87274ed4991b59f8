import { join } from 'node:path';

import { copyImage } from './copy-image.ts';
import { startRegistry } from './local-registry.ts';
import { runCommand } from './run-command.ts';
import { runPlatform } from './run-platform.ts';
import { settled } from './settled.ts';
import { percentile, seconds, times } from './statistics.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { upload } from './upload.ts';
import { FLOE } from './workspace.ts';
import { writeLayout } from './write-layout.ts';
import { writeManyFiles, writeModel } from './write-model.ts';

const GIB = 1_024 * 1_024 * 1_024;
const MANY = 10_000;
const ROUNDS = 3;
const MODEL = 'bench/pull';

const CASES = [
  { name: '1 GiB, one file', files: 1 },
  { name: '1 GiB, 10,000 files', files: MANY },
];

/**
 * The same files pulled from Floe and from Debian's docker-registry on this machine, in turns, the median of each:
 * skopeo takes the layers as they are from both; `floe pull` writes the files themselves, each layer proven before.
 */
export async function measurePull(): Promise<readonly string[]> {
  const lines = [
    `| median of ${ROUNDS} | \`skopeo copy\` from docker-registry | the same from Floe | \`floe pull\` |`,
    '| --- | --- | --- | --- |',
  ];
  for (const { name, files } of CASES) {
    await using folder = await temporaryFolder();
    if (files === 1) await writeModel(folder.path, GIB);
    else await writeManyFiles(folder.path, GIB, files);
    const { other, layers, model } = await pulled(folder.path);
    const cells = [name, seconds(other), ratio(layers, other), ratio(model, other)];
    lines.push(`| ${cells.join(' | ')} |`);
  }
  return lines;
}

interface Seconds {
  readonly other: number;
  readonly layers: number;
  readonly model: number;
}

async function pulled(folder: string): Promise<Seconds> {
  await using platform = await runPlatform();
  await using registry = await startRegistry();
  const there = `docker://127.0.0.1:${registry.port}/bench:1`;
  const here = `docker://${new URL(platform.url).host}/${MODEL}:1`;
  await upload(platform.url, folder, MODEL);
  await push(folder, there);
  // Removed at the end only: ext4 looks long for a place for new files where many were removed some seconds ago.
  await using target = await temporaryFolder();
  const rounds: Seconds[] = [];
  for (let round = 0; round < ROUNDS; round += 1)
    rounds.push({
      other: await copy(there, join(target.path, `other-${round}`)),
      layers: await copy(here, join(target.path, `layers-${round}`)),
      model: await pull(platform.url, join(target.path, `model-${round}`)),
    });
  const median = (name: keyof Seconds): number =>
    percentile(
      rounds.map((round) => round[name]),
      0.5,
    );
  return { other: median('other'), layers: median('layers'), model: median('model') };
}

/** The same files as one layer. */
async function push(folder: string, to: string): Promise<void> {
  await using layout = await temporaryFolder();
  await writeLayout(layout.path, folder);
  await copyImage(`oci:${layout.path}:1`, to);
}

async function copy(from: string, folder: string): Promise<number> {
  await settled();
  return copyImage(from, `dir:${folder}`);
}

async function pull(url: string, folder: string): Promise<number> {
  await settled();
  const words = [FLOE, 'pull', `${MODEL}:1`, folder];
  return (await runCommand(process.execPath, words, { env: { FLOE_URL: url } })).seconds;
}

function ratio(value: number, other: number): string {
  return `${seconds(value)} (${times(value / other)})`;
}
