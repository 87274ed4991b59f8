import { randomUUID } from 'node:crypto';

import type { PlacedRecord } from './append-records.ts';
import type { Head } from './place.ts';
import { RecentRecords } from './recent-records.ts';

type Listener = (heads: readonly Head[]) => void;

/** Tells this process from others in what the server passes on. */
export const THIS_PROCESS = randomUUID();

const byUrl = new Map<string, Announcements>();

/** Publishers and readers of one process need no server to wake each other, nor to pass records on. */
export class Announcements {
  readonly recent = new RecentRecords();
  readonly #listeners = new Set<Listener>();

  private constructor(private readonly url: string) {}

  /** Those of all buses of this process on one server. */
  static of(url: string): Announcements {
    const known = byUrl.get(url) ?? new Announcements(url);
    byUrl.set(url, known);
    return known;
  }

  /** Tells what is committed. */
  announce(placed: readonly PlacedRecord[], heads: readonly Head[]): void {
    if (this.#listeners.size === 0) return;
    this.recent.add(placed, heads);
    for (const listener of this.#listeners) listener(heads);
  }

  listen(listener: Listener): Disposable {
    this.#listeners.add(listener);
    return {
      [Symbol.dispose]: () => {
        this.#listeners.delete(listener);
        if (this.#listeners.size === 0) byUrl.delete(this.url);
      },
    };
  }
}
