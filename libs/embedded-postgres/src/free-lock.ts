import { readdir, readlink, rename } from 'node:fs/promises';
import { join } from 'node:path';

import { findPostmaster, readPostmasterFile } from './postmaster.ts';

/**
 * Moves a lock file aside whose process number now belongs to somebody else (or to a zombie), which PostgreSQL
 * cannot tell from a living server. It stays where it is while any process works in the data folder: two servers
 * on one folder destroy it. The lock of a process that is gone is left to PostgreSQL, which knows what to check.
 */
export async function freeLock(data: string): Promise<void> {
  const postmaster = await readPostmasterFile(data);
  if (postmaster === undefined || !isAlive(postmaster.pid)) return;
  if ((await findPostmaster(data)) !== undefined || (await anybodyWorksIn(data))) return;
  await rename(join(data, 'postmaster.pid'), join(data, 'postmaster.pid.stale'));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

/** Where this cannot be known, the answer is yes. */
async function anybodyWorksIn(data: string): Promise<boolean> {
  if (process.platform !== 'linux') return true;
  const folders = (await readdir('/proc'))
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => readlink(`/proc/${pid}/cwd`).catch(() => undefined));
  return (await Promise.all(folders)).includes(data);
}
