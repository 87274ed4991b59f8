import { execFile } from 'node:child_process';
import { access, mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { asUser } from './as-user.ts';
import type { ServerUser } from './server-user.ts';

const run = promisify(execFile);

interface Cluster {
  readonly directory: string;
  readonly initdb: string;
  readonly passwordFile: string;
  readonly user: ServerUser | undefined;
}

/** Makes the data folder if there is none, whole or not at all, and gives its path. */
export async function createCluster(cluster: Cluster): Promise<string> {
  const { directory, initdb, passwordFile, user } = cluster;
  const data = join(directory, 'data');
  if (await exists(data)) return data;
  await dropUnfinished(directory);
  const unfinished = join(directory, `unfinished-${process.pid}`);
  await mkdir(unfinished, { mode: 0o700 });
  if (user !== undefined) await giveTo(unfinished, user);
  const { command, identity } = asUser(
    [
      initdb,
      `--pgdata=${unfinished}`,
      `--pwfile=${passwordFile}`,
      '--username=postgres',
      '--auth=scram-sha-256',
      '--data-checksums',
      '--encoding=UTF8',
      // Built in: the order of strings never changes with the machine's C library.
      '--locale=C',
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
    ],
    user,
  );
  const [program, ...flags] = command;
  await run(program, flags, { ...identity, cwd: directory, env: { LC_ALL: 'C', TZ: 'UTC' } });
  await rename(unfinished, data);
  await syncFolder(directory);
  return data;
}

export async function giveTo(path: string, user: ServerUser): Promise<void> {
  await using handle = await open(path);
  await handle.chown(user.uid, user.gid);
}

export async function syncFolder(path: string): Promise<void> {
  await using handle = await open(path);
  await handle.sync();
}

async function dropUnfinished(directory: string): Promise<void> {
  const left = (await readdir(directory)).filter((name) => name.startsWith('unfinished-'));
  await Promise.all(left.map((name) => rm(join(directory, name), { recursive: true })));
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
