import { setTimeout as sleep } from 'node:timers/promises';

import { StoreFull } from '../errors.ts';
import { S3Failure } from './s3-failure.ts';

const ATTEMPTS = 5;
const FIRST_DELAY_MS = 100;
const ATTEMPT_MS = 60_000;

/**
 * Tries again, with growing delays, what may succeed later: lost connections, silent stores, 5xx. Each attempt has a
 * minute. What is retried must do no harm when an earlier attempt had succeeded and only its answer was lost.
 */
export async function retried<T>(
  attempt: (signal: AbortSignal) => Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  for (let number = 1; ; number += 1) {
    signal.throwIfAborted();
    try {
      return await attempt(AbortSignal.any([signal, AbortSignal.timeout(ATTEMPT_MS)]));
    } catch (error) {
      signal.throwIfAborted();
      if (number === ATTEMPTS || isFinal(error)) throw error;
      const delayMs = FIRST_DELAY_MS * 2 ** number * (0.5 + Math.random() / 2);
      await sleep(delayMs, undefined, { signal });
    }
  }
}

function isFinal(error: unknown): boolean {
  return error instanceof StoreFull || (error instanceof S3Failure && !error.passes);
}
