import { spawn } from 'node:child_process';
import { open, readFile, rename, stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

import { asUser } from './as-user.ts';
import { PostgresDidNotStart } from './errors.ts';
import { readPostmasterFile } from './postmaster.ts';
import type { ServerUser } from './server-user.ts';

const POLL_MS = 10;
const START_MS = 300_000;
const LOG_BYTES = 16 * 1024 * 1024;

interface Launch {
  readonly command: readonly [string, ...string[]];
  readonly data: string;
  readonly logFile: string;
  readonly user: ServerUser | undefined;
}

/** Starts the server and gives its process number when it takes connections, after crash recovery if need be. */
export async function launch({ command, data, logFile, user }: Launch): Promise<number> {
  await rotate(logFile);
  await using log = await open(logFile, 'a', 0o600);
  const before = (await log.stat()).size;
  const {
    command: [program, ...flags],
    identity,
  } = asUser(command, user);
  const child = spawn(program, flags, {
    ...identity,
    cwd: data,
    env: { LC_ALL: 'C', TZ: 'UTC' },
    // Ctrl-C goes to the terminal's whole process group: the database must outlive its users. A file instead of
    // a pipe: the server goes on when this process is killed.
    detached: true,
    stdio: ['ignore', log.fd, log.fd],
  });
  const ended = new AbortController();
  child.once('error', (error) => ended.abort(error.message));
  child.once('exit', (code, signal) => ended.abort(`it ended with ${code ?? signal}`));
  child.unref();
  for (const deadline = Date.now() + START_MS; Date.now() < deadline; await sleep(POLL_MS)) {
    if (ended.signal.aborted) break;
    const postmaster = await readPostmasterFile(data);
    if (postmaster?.pid === child.pid && postmaster?.ready) return postmaster.pid;
  }
  child.kill('SIGINT');
  const said = (await readFile(logFile)).subarray(before).toString('utf8');
  throw new PostgresDidNotStart(
    `${program}: ${ended.signal.reason ?? 'not ready in time'}\n${said}`,
  );
}

async function rotate(logFile: string): Promise<void> {
  const size = await stat(logFile).then(
    (stats) => stats.size,
    () => 0,
  );
  if (size > LOG_BYTES) await rename(logFile, `${logFile}.1`);
}
