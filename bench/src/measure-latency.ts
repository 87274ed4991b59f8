import { runPlatform } from './run-platform.ts';
import { milliseconds, percentile } from './statistics.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { upload } from './upload.ts';
import { writeModel } from './write-model.ts';

const MIB = 1_024 * 1_024;

const SIZES = [
  { name: '1 KB', sizeBytes: 1_024, runs: 60 },
  { name: '100 MB', sizeBytes: 100 * MIB, runs: 12 },
  { name: '1 GiB', sizeBytes: 1_024 * MIB, runs: 5 },
];

/** From acceptance to release on an idle platform: the time does not depend on the size of the model. */
export async function measureLatency(): Promise<readonly string[]> {
  await using platform = await runPlatform();
  const lines = ['| model | runs | p50 | p99 |', '| --- | --- | --- | --- |'];
  for (const { name, sizeBytes, runs } of SIZES) {
    await using folder = await temporaryFolder();
    await writeModel(folder.path, sizeBytes);
    const model = `bench/${name.toLowerCase().replace(' ', '-')}`;
    await upload(platform.url, folder.path, model);
    const after: number[] = [];
    for (let run = 0; run < runs; run += 1) {
      after.push((await upload(platform.url, folder.path, model)).releasedAfterMs);
    }
    const p50 = milliseconds(percentile(after, 0.5));
    lines.push(`| ${name} | ${runs} | ${p50} | ${milliseconds(percentile(after, 0.99))} |`);
  }
  return lines;
}
