import { setTimeout as sleep } from 'node:timers/promises';

import type { Startable } from './lifecycle.ts';

/** Runs `work` every `periodMs` until it is disposed of; what it rejects with is reported, and it goes on. */
export function every(
  periodMs: number,
  work: (signal: AbortSignal) => Promise<unknown>,
  report: (error: unknown) => void,
): Startable {
  return {
    start() {
      const stop = new AbortController();
      const running = repeat(periodMs, work, report, stop.signal);
      return {
        async [Symbol.asyncDispose]() {
          stop.abort();
          await running;
        },
      };
    },
  };
}

async function repeat(
  periodMs: number,
  work: (signal: AbortSignal) => Promise<unknown>,
  report: (error: unknown) => void,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    await sleep(periodMs, undefined, { signal }).catch(() => {});
    if (signal.aborted) return;
    try {
      await work(signal);
    } catch (error) {
      if (!signal.aborted) report(error);
    }
  }
}
