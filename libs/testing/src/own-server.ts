import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { type EmbeddedPostgres, startEmbeddedPostgres } from '@floe/embedded-postgres';

import { eventually } from './eventually.ts';
import { isAlive } from './is-alive.ts';

/** A server which a test may stop, kill and start again; its data and its url stay. */
export interface DurablePostgres extends AsyncDisposable {
  readonly url: string;
  start(): Promise<void>;
  /** Ends the sessions, then the server, in order. */
  stop(): Promise<void>;
  /** Ends the server by SIGKILL, as a power cut would. */
  kill(): Promise<void>;
}

/** Waits for the disk as the embedded platform does. */
export async function startOwnServer(): Promise<DurablePostgres> {
  const directory = await mkdtemp(join(tmpdir(), 'floe-postgres-'));
  let server: EmbeddedPostgres | undefined = await startEmbeddedPostgres({ directory });
  const stop = async (): Promise<void> => {
    await server?.[Symbol.asyncDispose]();
    server = undefined;
  };
  return {
    url: server.url,
    stop,
    async start() {
      server ??= await startEmbeddedPostgres({ directory });
    },
    async kill() {
      if (server === undefined) return;
      const { pid } = server;
      process.kill(pid, 'SIGKILL');
      await eventually(() => !isAlive(pid));
      server = undefined;
    },
    async [Symbol.asyncDispose]() {
      await stop();
      await rm(directory, { recursive: true });
    },
  };
}
