import { randomUUID } from 'node:crypto';

import type { Head } from './place.ts';

type Listener = (heads: readonly Head[]) => void;

/** Tells this process from others in what the server passes on. */
export const THIS_PROCESS = randomUUID();

const listeners = new Map<string, Set<Listener>>();

/** Publishers and readers of one process need no server to wake each other. */
export function announce(url: string, heads: readonly Head[]): void {
  for (const listener of listeners.get(url) ?? []) listener(heads);
}

export function onAnnouncement(url: string, listener: Listener): Disposable {
  const known = listeners.get(url) ?? new Set();
  listeners.set(url, known.add(listener));
  return {
    [Symbol.dispose]() {
      known.delete(listener);
      if (known.size === 0) listeners.delete(url);
    },
  };
}
