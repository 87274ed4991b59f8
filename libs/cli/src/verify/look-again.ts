import { setTimeout as sleep } from 'node:timers/promises';

/** A group on the bus is formed anew within it, and partitions that somebody reads are read. */
const PATIENCE_MS = 15_000;
const LOOK_AGAIN_MS = 500;

/** Looks again at what may be about to change: until `look` says that it is well, or for some seconds. */
export async function lookAgain(look: () => Promise<boolean>, signal: AbortSignal): Promise<void> {
  const until = performance.now() + PATIENCE_MS;
  while (performance.now() < until) {
    await sleep(LOOK_AGAIN_MS, undefined, { signal });
    if (await look()) return;
  }
}
