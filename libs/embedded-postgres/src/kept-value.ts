import { open, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';

import { syncFolder } from './create-cluster.ts';
import type { ServerUser } from './server-user.ts';

/** Reads a one-line file; `undefined` when it is missing or empty. */
export async function readValue(path: string): Promise<string | undefined> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  return text.trim() || undefined;
}

/** Writes it durably, readable by the server's user alone. */
export async function writeValue(
  path: string,
  value: string,
  user: ServerUser | undefined,
): Promise<void> {
  const unfinished = `${path}.${process.pid}`;
  {
    await using handle = await open(unfinished, 'w', 0o600);
    if (user !== undefined) await handle.chown(user.uid, user.gid);
    await handle.writeFile(`${value}\n`);
    await handle.sync();
  }
  await rename(unfinished, path);
  await syncFolder(dirname(path));
}
