import { Socket } from 'node:net';

import { within } from '@floe/messaging';
import { Client, type ClientConfig, Pool } from 'pg';

import { Session } from './session.ts';

const CONNECT_MS = 5_000;
const STATEMENT_MS = 10_000;
/** Longer than the server's own limit: only an answer that never comes meets it. */
const ANSWER_MS = 12_000;

/** The server gives up a member whose machine vanished, and one that asked nothing for 30 s. */
const MEMBER_SETTINGS = [
  'tcp_keepalives_idle=10',
  'tcp_keepalives_interval=5',
  'tcp_keepalives_count=3',
  'idle_session_timeout=30000',
];

/** Everything one bus has open, so that closing can be final. */
export class Connections {
  /** Its commits are flushed before they are answered: what is published is durable. */
  readonly publishing: Pool;
  /** What a crashed server forgets of its commits is read again, under the same ids. */
  readonly reading: Pool;
  readonly #sockets = new Set<Socket>();

  constructor(private readonly url: string) {
    this.publishing = this.#pool(3, []);
    this.reading = this.#pool(3, ['synchronous_commit=off']);
  }

  /** A connection of its own, for locks and notifications. */
  async session(notified: (payload: string | undefined) => void): Promise<Session> {
    const socket = this.#socket();
    const config = { ...this.#config(MEMBER_SETTINGS), stream: () => socket };
    const client = new Client(config);
    const session = new Session(client, socket, notified);
    try {
      await client.connect();
    } catch (error) {
      socket.destroy();
      throw error;
    }
    return session;
  }

  /** Waits for what is being asked, then cuts what is left. */
  async close(withinMs: number): Promise<void> {
    await within(withinMs, Promise.all([this.publishing.end(), this.reading.end()]));
    for (const socket of this.#sockets) socket.destroy();
  }

  #pool(max: number, settings: readonly string[]): Pool {
    const pool = new Pool({ ...this.#config(settings), max, idleTimeoutMillis: 0 });
    // Outside the pool a client has no listener: without its own a lost server would end the process. What it asked
    // is rejected, and the membership tells of the server.
    pool.on('connect', (client) => void client.on('error', () => {}));
    pool.on('error', () => {});
    return pool;
  }

  #config(settings: readonly string[]): ClientConfig {
    return {
      connectionString: this.url,
      application_name: 'floe bus',
      connectionTimeoutMillis: CONNECT_MS,
      statement_timeout: STATEMENT_MS,
      query_timeout: ANSWER_MS,
      keepAlive: true,
      options: settings.map((setting) => `-c ${setting}`).join(' '),
      stream: () => this.#socket(),
    };
  }

  #socket(): Socket {
    const socket = new Socket();
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
    return socket;
  }
}
