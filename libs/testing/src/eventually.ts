import { setTimeout as sleep } from 'node:timers/promises';

const EVERY_MS = 20;

interface Patience {
  /** Within it the condition must hold; 10 s by default. */
  readonly deadlineMs?: number;
}

/**
 * Asks again and again until the condition gives anything but `false` or `undefined`, and gives that.
 * An error counts as "not yet"; the last one is the cause of what is thrown at the deadline.
 */
export async function eventually<T>(
  condition: () => T | Promise<T>,
  { deadlineMs = 10_000 }: Patience = {},
): Promise<Exclude<T, false | undefined>> {
  const deadline = Date.now() + deadlineMs;
  for (let cause: unknown; ; await sleep(EVERY_MS)) {
    try {
      const value = await condition();
      if (value !== false && value !== undefined) return value as Exclude<T, false | undefined>;
    } catch (error) {
      cause = error;
    }
    if (Date.now() > deadline)
      throw new Error(`not within ${deadlineMs} ms: ${condition.toString()}`, { cause });
  }
}
