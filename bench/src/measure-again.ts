import { join } from 'node:path';

import { FileDigestCache, FloeClient, LocalModel, upload as send, walk } from '@floe/client';

import { runCommand } from './run-command.ts';
import { runPlatform } from './run-platform.ts';
import { milliseconds, percentile } from './statistics.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { upload } from './upload.ts';
import { FLOE } from './workspace.ts';
import { writeModel } from './write-model.ts';

const SIZE_BYTES = 4 * 1_024 * 1_024 * 1_024;
const RUNS = 20;
const MODEL = { team: 'bench', name: 'again' };

/** 4 GiB that the team has already, with a warm cache of digests, until the next version is released. */
export async function measureAgain(): Promise<readonly string[]> {
  await using folder = await temporaryFolder();
  await writeModel(folder.path, SIZE_BYTES);
  await using caches = await temporaryFolder();
  await using platform = await runPlatform();
  const client = new FloeClient({ url: platform.url });
  const once = async (wait: boolean): Promise<number> => {
    const begun = performance.now();
    const { items } = await walk(folder.path);
    const cache = new FileDigestCache(join(caches.path, 'digests.json'));
    const { build } = await send(client, new LocalModel(items, cache), MODEL, {}, { wait });
    const ms = performance.now() - begun;
    // The next one would share the machine with what is left of this one.
    await client.builds.wait(build);
    return ms;
  };
  await once(true);
  const accepted: number[] = [];
  const released: number[] = [];
  for (let run = 0; run < RUNS; run += 1) {
    accepted.push(await once(false));
    released.push(await once(true));
  }
  await upload(platform.url, folder.path, 'bench/again');
  const command = await upload(platform.url, folder.path, 'bench/again');
  const { seconds: start } = await runCommand(process.execPath, [FLOE, '--version']);
  return [
    '| 4 GiB unchanged | p50 | p99 |',
    '| --- | --- | --- |',
    line('by the client library, until accepted', accepted),
    line('by the client library, until released', released),
    '',
    `The command line took ${milliseconds(command.seconds * 1_000)} to the release; ${milliseconds(start * 1_000)} of it are the start of its process (\`floe --version\`).`,
  ];
}

function line(name: string, values: readonly number[]): string {
  return `| ${name} | ${milliseconds(percentile(values, 0.5))} | ${milliseconds(percentile(values, 0.99))} |`;
}
