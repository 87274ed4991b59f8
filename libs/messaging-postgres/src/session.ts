import type { Socket } from 'node:net';

import { within } from '@floe/messaging';
import type { Client, QueryConfig, QueryResult, QueryResultRow } from 'pg';

const GOODBYE_MS = 1_000;

/** A connection of its own that is asked one question at a time, by whomever; it is aborted when it is lost. */
export class Session {
  readonly #lost = new AbortController();
  #last: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly client: Client,
    private readonly socket: Socket,
    notified: (payload: string | undefined) => void,
  ) {
    client.on('error', (error) => this.#lost.abort(error));
    client.on('end', () => this.#lost.abort(new Error('the session has ended')));
    client.on('notification', ({ payload }) => notified(payload));
  }

  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  query<Row extends QueryResultRow>(
    question: string | QueryConfig,
    values?: unknown[],
  ): Promise<QueryResult<Row>> {
    const asked = this.#last.then(() => this.client.query<Row>(question, values));
    this.#last = asked.catch(() => {});
    return asked;
  }

  /** Says goodbye; a server that does not answer keeps nobody waiting. */
  async end(): Promise<void> {
    await within(
      GOODBYE_MS,
      this.client.end().catch(() => {}),
    );
    this.socket.destroy();
  }
}
