import { once } from 'node:events';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { startEmbeddedPostgres } from '@floe/embedded-postgres';

import { isAlive } from './is-alive.ts';

const FOLDER = 'floe-tests-postgres-';

/** Its data are thrown away: nothing waits for the disk. */
const SETTINGS = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  max_connections: '500',
};

/** Tells every worker of a run where to ask for the url of the server that they share. */
export const ASK_AT = 'FLOE_TEST_POSTGRES_ASK_AT';

/** Vitest's global setup: one server for all test files, started when the first of them asks; gives its teardown. */
export async function setup(): Promise<() => Promise<void>> {
  await dropAbandoned();
  const running = new AsyncDisposableStack();
  let url: Promise<string> | undefined;
  const answering = createServer((socket) => {
    url ??= start(running);
    socket.on('error', () => {});
    url.then(
      (found) => socket.end(found),
      (error: unknown) => socket.end(`failed: ${String(error)}`),
    );
  });
  await once(answering.listen(0, '127.0.0.1'), 'listening');
  running.defer(() => answering[Symbol.asyncDispose]());
  // Workers inherit the environment; vitest's own `provide` would bind this lib to vitest.
  // oxlint-disable-next-line node/no-process-env
  process.env[ASK_AT] = String((answering.address() as AddressInfo).port);
  return () => running.disposeAsync();
}

async function start(running: AsyncDisposableStack): Promise<string> {
  const directory = join(tmpdir(), `${FOLDER}${process.pid}`);
  await mkdir(directory, { mode: 0o700 });
  running.defer(() => rm(directory, { recursive: true }));
  return running.use(await startEmbeddedPostgres({ directory, settings: SETTINGS })).url;
}

/** A run that was killed leaves its server behind. */
async function dropAbandoned(): Promise<void> {
  const names = (await readdir(tmpdir())).filter((name) => name.startsWith(FOLDER));
  for (const name of names) {
    if (isAlive(Number(name.slice(FOLDER.length)))) continue;
    const directory = join(tmpdir(), name);
    const server = await startEmbeddedPostgres({ directory, settings: SETTINGS });
    await server[Symbol.asyncDispose]();
    await rm(directory, { recursive: true });
  }
}
