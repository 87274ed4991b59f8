import type { Pool } from 'pg';

import { THIS_PROCESS } from './announcements.ts';

const QUIET_MS = 20;

/**
 * Wakes the readers of other processes: at once after a silence, at most once in 20 ms after that. It is a statement
 * of its own because a NOTIFY inside the publishing transaction would take a lock of the whole server at its commit.
 */
export class Notifier {
  #timer: NodeJS.Timeout | undefined;
  #due = false;

  constructor(private readonly pool: Pool) {}

  ring(): void {
    if (this.#timer) this.#due = true;
    else this.#send();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#due = false;
  }

  #send(): void {
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (this.#due) this.#send();
    }, QUIET_MS).unref();
    this.#due = false;
    // Lost, it costs the others a tick of their poll and nothing else.
    this.pool.query(`SELECT pg_notify('bus', $1)`, [THIS_PROCESS]).catch(() => {});
  }
}
