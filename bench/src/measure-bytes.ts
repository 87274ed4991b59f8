import { ioOf, memoryOf } from './proc.ts';
import { runPlatform } from './run-platform.ts';
import { mebibytes, seconds, times } from './statistics.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { upload } from './upload.ts';
import { writeModel } from './write-model.ts';

const SIZE_BYTES = 1_024 * 1_024 * 1_024;

/** What 1 GiB costs in bytes moved and in memory, from /proc. */
export async function measureBytes(): Promise<readonly string[]> {
  await using folder = await temporaryFolder();
  await writeModel(folder.path, SIZE_BYTES);
  await using platform = await runPlatform();
  const idle = await memoryOf(platform.pid);
  const before = await ioOf(platform.pid);
  const first = await upload(platform.url, folder.path, 'bench/bytes');
  const after = await ioOf(platform.pid);
  const again = await upload(platform.url, folder.path, 'bench/bytes');
  const { peak } = await memoryOf(platform.pid);
  const share = (bytes: number): string => times(bytes / SIZE_BYTES);
  return [
    '| 1 GiB | read ÷ size | written ÷ size | time |',
    '| --- | --- | --- | --- |',
    `| client (disk and network) | ${share(first.io.read)} | ${share(first.io.written)} | ${seconds(first.seconds)} |`,
    `| platform (disk and network) | ${share(after.read - before.read)} | ${share(after.written - before.written)} | |`,
    `| client, the same again | ${share(again.io.read)} | ${share(again.io.written)} | ${seconds(again.seconds)} |`,
    '',
    `Memory of the platform (VmHWM): ${mebibytes(idle.peak)} idle, ${mebibytes(peak)} after both uploads.`,
  ];
}
