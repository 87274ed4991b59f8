import type { Deadline } from './deadline.ts';

/** Aborted when the last of the signals is: what several asked for goes on while one of them waits. */
export function allAborted(signals: readonly AbortSignal[]): Deadline {
  const all = new AbortController();
  let going = signals.length;
  const count = (): void => {
    going -= 1;
    if (going === 0) all.abort(signals[0]?.reason);
  };
  for (const signal of signals) {
    if (signal.aborted) count();
    else signal.addEventListener('abort', count, { once: true });
  }
  return {
    signal: all.signal,
    [Symbol.dispose]() {
      for (const signal of signals) signal.removeEventListener('abort', count);
    },
  };
}
