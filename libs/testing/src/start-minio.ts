import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';

import { freePort } from '@floe/embedded-postgres';

import { eventually } from './eventually.ts';

/** A server of its own which a test may stop, kill and start again; its data and its address stay. */
export interface Minio extends AsyncDisposable {
  readonly endpoint: string;
  readonly accessKey: string;
  readonly secretKey: string;
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Ends the server by SIGKILL, as a power cut would. */
  kill(): Promise<void>;
}

/**
 * Whether deploy/minio/install.sh has run: tests that need the server are left out without it, never silently.
 * With FLOE_REQUIRE_MINIO=1 its absence is an error.
 */
export function hasMinio(): boolean {
  if (existsSync(program())) return true;
  // oxlint-disable-next-line node/no-process-env
  if (process.env['FLOE_REQUIRE_MINIO'] === '1') throw new Error(MISSING);
  process.stderr.write(`NOT TESTED ON MINIO: ${MISSING}\n`);
  return false;
}

/** A real, empty MinIO on a free port of 127.0.0.1. */
export async function startMinio(): Promise<Minio> {
  if (!existsSync(program())) throw new Error(MISSING);
  const port = await freePort();
  const folder = await mkdtemp(join(tmpdir(), 'floe-minio-'));
  const keys = { accessKey: 'floe', secretKey: 'floe-secret' };
  const endpoint = `http://127.0.0.1:${port}`;
  let server: ChildProcess | undefined;
  const start = async (): Promise<void> => {
    server ??= launch(folder, port, keys);
    await eventually(async () => (await fetch(`${endpoint}/minio/health/ready`)).ok, {
      deadlineMs: 60_000,
    });
  };
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    const ending = server;
    server = undefined;
    if (ending === undefined || ending.exitCode !== null || ending.signalCode !== null) return;
    ending.kill(signal);
    await once(ending, 'exit');
  };
  await start();
  return {
    endpoint,
    ...keys,
    start,
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
    async [Symbol.asyncDispose]() {
      await end('SIGKILL');
      await rm(folder, { recursive: true });
    },
  };
}

function launch(
  folder: string,
  port: number,
  { accessKey, secretKey }: { readonly accessKey: string; readonly secretKey: string },
): ChildProcess {
  return spawn(program(), ['server', '--address', `127.0.0.1:${port}`, '--quiet', folder], {
    env: {
      HOME: folder,
      MINIO_ROOT_USER: accessKey,
      MINIO_ROOT_PASSWORD: secretKey,
      MINIO_BROWSER: 'off',
      MINIO_UPDATE: 'off',
    },
    stdio: 'ignore',
  });
}

const MISSING = 'MinIO is not here: run deploy/minio/install.sh';

function program(): string {
  // oxlint-disable-next-line node/no-process-env
  const cache = process.env['FLOE_CACHE'] ?? join(homedir(), '.cache', 'floe');
  return join(cache, 'bin', 'minio');
}
