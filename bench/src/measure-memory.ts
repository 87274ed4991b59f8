import { memoryOf } from './proc.ts';
import { runPlatform } from './run-platform.ts';
import { mebibytes } from './statistics.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { upload } from './upload.ts';
import { writeModel } from './write-model.ts';

const SIZE_BYTES = 4 * 1_024 * 1_024 * 1_024;

/** What 4 GiB cost in memory beyond a small model, on both sides. */
export async function measureMemory(): Promise<readonly string[]> {
  await using small = await temporaryFolder();
  await writeModel(small.path, 0);
  await using large = await temporaryFolder();
  await writeModel(large.path, SIZE_BYTES);
  await using platform = await runPlatform();
  const client = await upload(platform.url, small.path, 'bench/small');
  const idle = await memoryOf(platform.pid);
  const { peakBytes } = await upload(platform.url, large.path, 'bench/large');
  const { peak } = await memoryOf(platform.pid);
  return [
    '| peak of memory (VmHWM) | after a small model | after 4 GiB | more |',
    '| --- | --- | --- | --- |',
    line('client', client.peakBytes, peakBytes),
    line('platform', idle.peak, peak),
  ];
}

function line(name: string, from: number, to: number): string {
  return `| ${name} | ${mebibytes(from)} | ${mebibytes(to)} | ${mebibytes(to - from)} |`;
}
