import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

import { copyImage } from './copy-image.ts';
import { startRegistry } from './local-registry.ts';
import { type Floor, measureFloor } from './measure-floor.ts';
import { runCommand } from './run-command.ts';
import { runPlatform } from './run-platform.ts';
import { settled } from './settled.ts';
import { seconds, times } from './statistics.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { upload } from './upload.ts';
import { writeLayout } from './write-layout.ts';
import { writeManyFiles, writeModel } from './write-model.ts';

const GIB = 1_024 * 1_024 * 1_024;
const MANY = 10_000;

const CASES = [
  { name: '1 GiB, one file', sizeBytes: GIB, files: 1 },
  { name: '1 GiB, 10,000 files', sizeBytes: GIB, files: MANY },
  { name: '4 GiB, one file', sizeBytes: 4 * GIB, files: 1 },
  { name: '4 GiB, 10,000 files', sizeBytes: 4 * GIB, files: MANY },
];

/**
 * The same files by Floe and by the tools that push artifacts, each to a registry on this machine, one after the other;
 * against what the disk and SHA-256 need for the same bytes, before and after ours. oras packs folders into a compressed
 * tar by itself; skopeo is given a layer that was made before. Needs Debian's skopeo and docker-registry, and oras (bench/install-oras.sh).
 */
export async function measureTools(): Promise<readonly string[]> {
  const lines = [
    '| files | write + fsync | SHA-256 | `floe upload` | ÷ the slower of the two | `oras push` | `skopeo copy` |',
    '| --- | --- | --- | --- | --- | --- | --- |',
  ];
  for (const { name, sizeBytes, files } of CASES) {
    await using folder = await temporaryFolder();
    if (files === 1) await writeModel(folder.path, sizeBytes);
    else await writeManyFiles(folder.path, sizeBytes, files);
    const before = await floorOf(sizeBytes);
    const floe = await byFloe(folder.path);
    const floor = meanOf(before, await floorOf(sizeBytes));
    const oras = await byOras(folder.path);
    const skopeo = await bySkopeo(folder.path);
    lines.push(lineOf(name, floor, { floe, oras, skopeo }));
  }
  return lines;
}

async function floorOf(sizeBytes: number): Promise<Floor> {
  await settled();
  return measureFloor(sizeBytes);
}

function meanOf(one: Floor, other: Floor): Floor {
  return { write: (one.write + other.write) / 2, hash: (one.hash + other.hash) / 2 };
}

interface Seconds {
  readonly floe: number;
  readonly oras: number | undefined;
  readonly skopeo: number;
}

function lineOf(name: string, { write, hash }: Floor, { floe, oras, skopeo }: Seconds): string {
  const other = (value: number | undefined): string =>
    value === undefined ? 'not there' : `${seconds(value)} (${times(value / floe)})`;
  const cells = [
    name,
    seconds(write),
    seconds(hash),
    seconds(floe),
    times(floe / Math.max(write, hash)),
    other(oras),
    other(skopeo),
  ];
  return `| ${cells.join(' | ')} |`;
}

async function byFloe(folder: string): Promise<number> {
  await using platform = await runPlatform();
  await settled();
  return (await upload(platform.url, folder, 'bench/tools')).seconds;
}

async function byOras(folder: string): Promise<number | undefined> {
  // oxlint-disable-next-line node/no-process-env -- where the install scripts of the workspace put programs
  const oras = join(process.env['FLOE_CACHE'] ?? join(homedir(), '.cache/floe'), 'bin/oras');
  if (!existsSync(oras)) return undefined;
  await using registry = await startRegistry();
  await settled();
  const words = ['push', '--plain-http', '--no-tty', `127.0.0.1:${registry.port}/bench:1`];
  const ran = await runCommand(oras, [...words, ...(await readdir(folder))], { cwd: folder });
  return ran.seconds;
}

async function bySkopeo(folder: string): Promise<number> {
  await using layout = await temporaryFolder();
  await writeLayout(layout.path, folder);
  await using registry = await startRegistry();
  await settled();
  return copyImage(`oci:${layout.path}:1`, `docker://127.0.0.1:${registry.port}/bench:1`);
}
