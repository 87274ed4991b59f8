import { AsyncLocalStorage } from 'node:async_hooks';

import type { Trace } from './trace.ts';

const storage = new AsyncLocalStorage<Trace>();

/** The trace that the caller works in. */
export function currentTrace(): Trace | undefined {
  return storage.getStore();
}

/** Does the work, and all that it waits for, in the trace; without one it stays in that of the caller. */
export function inTrace<Result>(trace: Trace | undefined, work: () => Result): Result {
  return trace === undefined ? work() : storage.run(trace, work);
}

/** The function, to be called by others, in the trace of who made it. */
export function keepingTrace<Words extends unknown[], Result>(
  work: (...words: Words) => Result,
): (...words: Words) => Result {
  const trace = currentTrace();
  return trace === undefined ? work : (...words) => storage.run(trace, () => work(...words));
}
