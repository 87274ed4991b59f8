import { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

import { Client, type ClientConfig } from 'pg';
import type { DataSource } from 'typeorm';

const GOODBYE_MS = 1_000;

/** A connection of its own, for locks and notifications; disposing of it waits for no server. */
export class Session extends Client implements AsyncDisposable {
  readonly #socket: Socket;

  constructor(config: ClientConfig) {
    const socket = new Socket();
    super({ ...config, stream: () => socket });
    this.#socket = socket;
    // Without a listener a lost server would end the process; the next question tells of it.
    this.on('error', () => {});
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const goodbye = new AbortController();
    const late = sleep(GOODBYE_MS, undefined, { signal: goodbye.signal });
    await Promise.race([this.end(), late]).catch(() => {});
    goodbye.abort();
    late.catch(() => {});
    this.#socket.destroy();
  }
}

/** Opens a session in the schema of the service. */
export async function openSession({ options }: DataSource): Promise<Session> {
  if (options.type !== 'postgres' || options.url === undefined) {
    throw new TypeError('not a data source of openDataSource');
  }
  const session = new Session({
    ...(options.extra as ClientConfig),
    connectionString: options.url,
    application_name: 'floe relay',
    connectionTimeoutMillis: 5_000,
    // Longer than the server's own limit: only an answer that never comes meets it.
    query_timeout: 12_000,
  });
  try {
    await session.connect();
  } catch (error) {
    await session[Symbol.asyncDispose]();
    throw error;
  }
  return session;
}
