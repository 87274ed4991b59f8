import { execFileSync } from 'node:child_process';
import { readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { PostgresDidNotStop } from './errors.ts';

const POLL_MS = 10;
const FAST_SHUTDOWN_MS = 30_000;
const IMMEDIATE_SHUTDOWN_MS = 10_000;

/** What `postmaster.pid` says about the server of a data folder. */
export interface Postmaster {
  readonly pid: number;
  readonly port: number;
  readonly ready: boolean;
}

/** Reads the lock file of a data folder; `undefined` when there is none. Its process may be long dead. */
export async function readPostmasterFile(data: string): Promise<Postmaster | undefined> {
  const text = await readFile(join(data, 'postmaster.pid'), 'utf8').catch(ignoreMissing);
  if (text === undefined) return undefined;
  // PostgreSQL's miscadmin.h: pid, data folder, start time, port, socket folder, address, shared memory, state.
  const lines = text.split('\n');
  return {
    pid: Number(lines[0]),
    port: Number(lines[3]),
    ready: lines[7]?.trim() === 'ready',
  };
}

/** The server that runs on this folder now, if any: a process number alone may have passed to somebody else. */
export async function findPostmaster(data: string): Promise<Postmaster | undefined> {
  const postmaster = await readPostmasterFile(data);
  if (postmaster === undefined || !(await runsOn(postmaster.pid, data))) return undefined;
  return postmaster;
}

/** Stops it, its sessions too; what it had committed stays. */
export async function stopPostmaster(pid: number, data: string): Promise<void> {
  if (await endsBy('SIGINT', pid, data, FAST_SHUTDOWN_MS)) return;
  if (await endsBy('SIGQUIT', pid, data, IMMEDIATE_SHUTDOWN_MS)) return;
  throw new PostgresDidNotStop(`the server of ${data} still runs as process ${pid}`);
}

async function endsBy(
  signal: NodeJS.Signals,
  pid: number,
  data: string,
  waitMs: number,
): Promise<boolean> {
  if (!(await runsOn(pid, data))) return true;
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
  for (const deadline = Date.now() + waitMs; Date.now() < deadline; await sleep(POLL_MS))
    if (!(await runsOn(pid, data))) return true;
  return false;
}

/** A server's working folder is its data folder; a zombie has none. */
async function runsOn(pid: number, data: string): Promise<boolean> {
  if (!Number.isSafeInteger(pid) || pid <= 1) return false;
  if (process.platform === 'linux')
    return (await readlink(`/proc/${pid}/cwd`).catch(() => undefined)) === data;
  try {
    return execFileSync('ps', ['-o', 'command=', '-p', `${pid}`], { encoding: 'utf8' }).includes(
      data,
    );
  } catch {
    return false;
  }
}

function ignoreMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}
