import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { promisify } from 'node:util';

import { FolderNotEnterable } from './errors.ts';

const run = promisify(execFile);

const USER = 'postgres';

export interface ServerUser {
  readonly uid: number;
  readonly gid: number;
}

/**
 * Who the server runs as: `undefined` is this process's own user. PostgreSQL refuses root, so root lends it another:
 * the owner of the data that is there, else the user `postgres`, which is made when it is missing.
 */
export async function serverUser(data: string): Promise<ServerUser | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const owner = await stat(data).catch(() => undefined);
  if (owner !== undefined && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  return lookUp().catch(async () => {
    await run('useradd', ['--system', '--user-group', '--no-create-home', USER]);
    return lookUp();
  });
}

async function lookUp(): Promise<ServerUser> {
  const [uid, gid] = await Promise.all([run('id', ['-u', USER]), run('id', ['-g', USER])]);
  return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
}

/** Throws FolderNotEnterable when a parent of `path` is closed to the user. */
export async function assertReachable(path: string, user: ServerUser): Promise<void> {
  for (let folder = dirname(resolve(path)); ; folder = dirname(folder)) {
    const { uid, gid, mode } = await stat(folder);
    const mayEnter = uid === user.uid ? 0o100 : gid === user.gid ? 0o010 : 0o001;
    if ((mode & mayEnter) === 0) throw new FolderNotEnterable(folder, path);
    if (folder === dirname(folder)) return;
  }
}
