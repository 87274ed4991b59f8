import { execFile } from 'node:child_process';
import { access, readFile, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { promisify } from 'node:util';

import { FolderNotEnterable } from './errors.ts';

const run = promisify(execFile);

const USER = 'postgres';

export interface ServerUser {
  readonly uid: number;
  readonly gid: number;
  /** What root lends it to enter folders that are closed to it, with the program that lends. */
  readonly lent?: { readonly setpriv: string; readonly capability: string };
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

/**
 * The user as it can reach all the paths: with one capability of root when a parent folder, such as `/root`, is closed
 * to it. Throws FolderNotEnterable when root has none to lend.
 */
export async function reaching(paths: readonly string[], user: ServerUser): Promise<ServerUser> {
  for (const path of paths) {
    const folder = await closedParent(path, user);
    if (folder === undefined) continue;
    const lent = await lend();
    if (lent === undefined) throw new FolderNotEnterable(folder, path);
    return { ...user, lent };
  }
  return user;
}

/** The nearest parent of `path` that the user may not enter. */
export async function closedParent(path: string, user: ServerUser): Promise<string | undefined> {
  for (let folder = dirname(resolve(path)); ; folder = dirname(folder)) {
    const { uid, gid, mode } = await stat(folder);
    const mayEnter = uid === user.uid ? 0o100 : gid === user.gid ? 0o010 : 0o001;
    if ((mode & mayEnter) === 0) return folder;
    if (folder === dirname(folder)) return undefined;
  }
}

/** Entering folders (bit 2) is enough; a container's root often has the stronger right to open anything (bit 1) only. */
async function lend(): Promise<ServerUser['lent']> {
  const status = await readFile('/proc/self/status', 'utf8').catch(() => '');
  const effective = BigInt(`0x${/^CapEff:\s*([0-9a-f]+)$/m.exec(status)?.[1] ?? '0'}`);
  const setpriv = await access('/usr/bin/setpriv').then(
    () => '/usr/bin/setpriv',
    () => undefined,
  );
  if (setpriv === undefined) return undefined;
  if ((effective & 4n) !== 0n) return { setpriv, capability: 'dac_read_search' };
  return (effective & 2n) === 0n ? undefined : { setpriv, capability: 'dac_override' };
}
