import { setTimeout as sleep } from 'node:timers/promises';

import { ImageNotVerified, RegistryRefused, RegistryUnreachable } from '../errors.ts';

export interface AttemptPolicy {
  readonly attempts: number;
  /** The n-th pause is a random part of `firstPauseMs · 2ⁿ`, at most `longestPauseMs`, at least what the registry asks. */
  readonly firstPauseMs: number;
  readonly longestPauseMs: number;
}

/** The registry asked to come back: 429 or 5xx. */
export class RegistryBusy extends Error {
  override readonly name = 'RegistryBusy';

  constructor(
    message: string,
    readonly pauseMs: number,
  ) {
    super(message);
  }
}

/** Wraps an error of the one who gives the bytes: not the registry's fault, so not retried here. */
export class SourceFailed extends Error {
  override readonly name = 'SourceFailed';
}

/**
 * Runs `attempt` until it succeeds. Refusals are let through at once; lost connections, timeouts and a busy
 * registry are tried again, then become RegistryUnreachable. An aborted `signal` rejects with its reason.
 */
export async function attempted<Result>(
  action: string,
  attempt: () => Promise<Result>,
  { attempts, firstPauseMs, longestPauseMs }: AttemptPolicy,
  signal: AbortSignal,
): Promise<Result> {
  for (let failures = 1; ; failures += 1) {
    signal.throwIfAborted();
    let wait: number;
    try {
      return await attempt();
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof SourceFailed) throw error.cause;
      if (error instanceof RegistryRefused || error instanceof ImageNotVerified) throw error;
      if (failures >= attempts) throw new RegistryUnreachable(action, { cause: error });
      const backOff = Math.random() * firstPauseMs * 2 ** Math.min(failures, 30);
      const asked = error instanceof RegistryBusy ? error.pauseMs : 0;
      wait = Math.min(longestPauseMs, Math.max(backOff, asked));
    }
    await sleep(wait, undefined, { signal });
  }
}

/** `Retry-After` in milliseconds from now: seconds or a date (RFC 9110, 10.2.3); 0 for anything else. */
export function retryAfterMs(header: string | null, now: number): number {
  if (header === null) return 0;
  if (/^\d{1,9}$/.test(header)) return Number(header) * 1_000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? 0 : Math.max(0, date - now);
}
