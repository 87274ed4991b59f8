import { join } from 'node:path';

import { runPlatform } from '../run-platform.ts';
import { seconds, times } from '../statistics.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { upload } from '../upload.ts';
import { writeModel } from '../write-model.ts';
import { startStore } from './start-store.ts';

const SIZE_BYTES = 1_024 * 1_024 * 1_024;

/** 1 GiB through upload into MinIO, against MinIO's own program and its client for Node.js that put the same bytes there. */
export async function measureStore(): Promise<readonly string[]> {
  await using folder = await temporaryFolder();
  await writeModel(folder.path, SIZE_BYTES);
  await using store = await startStore();
  await using platform = await runPlatform(store.settings);
  const floe = await upload(platform.url, folder.path, 'bench/store');
  const weights = join(folder.path, 'weights.bin');
  const mc = await store.mc('cp', weights, 'bench/floe/by-mc.bin');
  const client = await store.put('by-client.bin', weights);
  return [
    '| 1 GiB into MinIO | time | `floe upload` in times of it |',
    '| --- | --- | --- |',
    `| \`floe upload\`, until released | ${seconds(floe.seconds)} | 1 × |`,
    `| \`mc cp\` | ${seconds(mc.seconds)} | ${times(floe.seconds / mc.seconds)} |`,
    `| a plain multipart upload by the \`minio\` client | ${seconds(client)} | ${times(floe.seconds / client)} |`,
  ];
}
