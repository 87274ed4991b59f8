import { runPlatform } from './run-platform.ts';
import { settled } from './settled.ts';
import { times } from './statistics.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { upload } from './upload.ts';
import { writeModel } from './write-model.ts';

const CLIENTS = 16;
const MIB = 1_024 * 1_024;
const SIZE_BYTES = 256 * MIB;

/** Sixteen clients at once, each with a model of its own, against one after the other. */
export async function measureClients(): Promise<readonly string[]> {
  await using opened = new AsyncDisposableStack();
  const folders: string[] = [];
  for (let n = 0; n < CLIENTS + 1; n += 1) {
    const folder = opened.use(await temporaryFolder());
    await writeModel(folder.path, n === 0 ? 4 * SIZE_BYTES : SIZE_BYTES);
    folders.push(folder.path);
  }
  const [alone = '', ...many] = folders;
  await using platform = await runPlatform();
  await settled();
  const one = await rateOf(4 * SIZE_BYTES, () => upload(platform.url, alone, 'bench/alone'));
  await settled();
  const all = await rateOf(CLIENTS * SIZE_BYTES, () =>
    Promise.all(many.map((folder, n) => upload(platform.url, folder, `bench/client-${n}`))),
  );
  return [
    '| clients | together |',
    '| --- | --- |',
    `| one, 1 GiB | ${Math.round(one)} MiB/s |`,
    `| ${CLIENTS} at once, 256 MiB each | ${Math.round(all)} MiB/s (${times(all / one)}) |`,
  ];
}

/** MiB a second. */
async function rateOf(bytes: number, work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return bytes / MIB / ((performance.now() - begun) / 1_000);
}
