import { setTimeout as sleep } from 'node:timers/promises';

const FEW = 5;
const LONGEST_AFTER_FEW_MS = 10;
const LONGEST_MS = 120;

/** A batch that was passed on. */
export interface Passed {
  readonly count: number;
  /** How long it took. */
  readonly ms: number;
  /** Of rest for each one, when there were several. */
  readonly restEachMs: number;
}

/**
 * Waits before the next batch, until `signal` is aborted at the latest. Under load more gathers meanwhile, and fewer,
 * larger batches pass: a batch costs more than what is in it.
 */
export async function restAfter(
  { count, ms, restEachMs }: Passed,
  signal?: AbortSignal,
): Promise<void> {
  const restMs =
    count < FEW ? Math.min(ms, LONGEST_AFTER_FEW_MS) : Math.min(count * restEachMs, LONGEST_MS);
  await sleep(restMs, undefined, { ...(signal && { signal }) }).catch(() => {});
}
