import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';

const FEW = 5;
const LONGEST_AFTER_FEW_MS = 10;
/** For each of what was passed on, when it was several. */
const EACH_MS = 2;
const LONGEST_MS = 120;
const SLICE_MS = 20;
/** Of a slice: below it, more to do costs nobody anything. */
const BUSY_SHARE = 0.5;

/** A batch that was passed on. */
export interface Passed {
  readonly count: number;
  /** How long it took. */
  readonly ms: number;
}

/**
 * Waits before the next batch, until `signal` is aborted at the latest. Under load more gathers meanwhile, and fewer,
 * larger batches pass: a batch costs more than what is in it. The rest ends early when the process has little to do.
 */
export async function restAfter(
  { count, ms }: Passed,
  signal: AbortSignal = new AbortController().signal,
): Promise<void> {
  if (count < FEW) {
    await pause(Math.min(ms, LONGEST_AFTER_FEW_MS), signal);
    return;
  }
  const end = performance.now() + Math.min(count * EACH_MS, LONGEST_MS);
  let utilization = 1;
  while (utilization >= BUSY_SHARE && performance.now() < end && !signal.aborted) {
    const before = performance.eventLoopUtilization();
    await pause(SLICE_MS, signal);
    ({ utilization } = performance.eventLoopUtilization(before));
  }
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => {});
}
