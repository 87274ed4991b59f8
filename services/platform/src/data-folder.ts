import { mkdir, open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

const FORMAT = '1';

/** Another running platform uses the folder. */
export class DataFolderInUse extends Error {
  override readonly name = 'DataFolderInUse';

  constructor(path: string, pid: number) {
    super(
      `${path} is used by the platform with the process id ${pid}. Set FLOE_DATA_DIR for a second one.`,
    );
  }
}

/** The folder was written by another, incompatible Floe. */
export class DataFolderForeign extends Error {
  override readonly name = 'DataFolderForeign';

  constructor(path: string, format: string) {
    super(
      `${path} has the format ${format}, this Floe needs ${FORMAT}. Set FLOE_DATA_DIR to another folder.`,
    );
  }
}

export interface DataFolder extends AsyncDisposable {
  readonly path: string;
}

/** Makes the folder if it is missing and locks it for this process; the lock of a dead process is void. */
export async function openDataFolder(directory: string): Promise<DataFolder> {
  const path = resolve(directory);
  await mkdir(path, { recursive: true });
  const lock = join(path, 'lock');
  await takeLock(lock, path);
  await checkFormat(path);
  return { path, [Symbol.asyncDispose]: () => rm(lock, { force: true }) };
}

async function takeLock(lock: string, path: string): Promise<void> {
  const mine = `${process.pid} ${await startOf(process.pid)}`;
  for (;;) {
    try {
      await using file = await open(lock, 'wx', 0o600);
      await file.writeFile(mine);
      return;
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error;
    }
    const held = await readFile(lock, 'utf8').catch(() => '');
    const [pid = '', start = ''] = held.split(' ');
    if (held !== '' && start === (await startOf(Number(pid)))) {
      throw new DataFolderInUse(path, Number(pid));
    }
    // Moved aside before it is deleted: of two that find it dead one succeeds.
    const aside = `${lock}.${process.pid}`;
    await rename(lock, aside).then(
      () => rm(aside, { force: true }),
      () => {},
    );
  }
}

/** When the process began, in ticks since the machine's start: its number alone is given again. */
async function startOf(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  if (stat === undefined) return isAlive(pid) ? 'alive' : 'dead';
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? 'dead';
}

/** Where there is no /proc. */
function isAlive(pid: number): boolean {
  try {
    return Number.isInteger(pid) && pid > 0 && process.kill(pid, 0);
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}

async function checkFormat(path: string): Promise<void> {
  const file = join(path, 'floe.yaml');
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) return writeFile(file, `format: ${FORMAT}\n`);
  const format = /^format: (\S+)$/m.exec(text)?.[1] ?? 'unknown';
  if (format !== FORMAT) throw new DataFolderForeign(path, format);
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}
