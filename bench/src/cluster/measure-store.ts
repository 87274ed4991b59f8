import { join } from 'node:path';

import { runPlatform } from '../run-platform.ts';
import { seconds, times } from '../statistics.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { upload } from '../upload.ts';
import { writeModel } from '../write-model.ts';
import { startStore } from './start-store.ts';

const SIZE_BYTES = 1_024 * 1_024 * 1_024;

/** 1 GiB through upload into MinIO, against MinIO's own client that puts the same bytes there. */
export async function measureStore(): Promise<readonly string[]> {
  await using folder = await temporaryFolder();
  await writeModel(folder.path, SIZE_BYTES);
  await using store = await startStore();
  await using platform = await runPlatform(store.settings);
  const floe = await upload(platform.url, folder.path, 'bench/store');
  const mc = await store.mc('cp', join(folder.path, 'weights.bin'), 'bench/floe/weights.bin');
  return [
    '| 1 GiB into MinIO | time | ratio |',
    '| --- | --- | --- |',
    `| \`mc cp\` | ${seconds(mc.seconds)} | 1 |`,
    `| \`floe upload\`, until released | ${seconds(floe.seconds)} | ${times(floe.seconds / mc.seconds)} |`,
  ];
}
