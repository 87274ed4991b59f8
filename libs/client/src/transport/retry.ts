import { setTimeout as delay } from 'node:timers/promises';

import { FloeProblem, systemCode } from './errors.ts';

/** How often, and with which pauses, a call is made again. */
export interface RetryPolicy {
  /** Calls in all, the first one included. */
  readonly attempts: number;
  readonly firstDelayMs: number;
  readonly maxDelayMs: number;
}

export const defaultRetry: RetryPolicy = { attempts: 8, firstDelayMs: 200, maxDelayMs: 5_000 };

const transient = new Set([429, 502, 503, 504]);

/** Whether the same call may have another outcome a moment later. */
export function isTransient(error: unknown): boolean {
  return error instanceof FloeProblem ? transient.has(error.status) : true;
}

/** fetch refused by itself, as it does for other schemes and for some ports: no connection was ever tried. */
export function isHopeless(error: unknown): boolean {
  return error instanceof TypeError && error.cause instanceof Error && !systemCode(error);
}

/** Nothing can listen at such an address: waiting does not help a person who mistyped or forgot to start it. */
export function isNobodyThere(error: unknown): boolean {
  const code = systemCode(error);
  return code === 'ECONNREFUSED' || code === 'ENOTFOUND';
}

/**
 * Exponential with full jitter; what the server asks for in `Retry-After` is waited in full.
 * `random` is within [0, 1).
 */
export function delayBefore(
  attempt: number,
  policy: RetryPolicy,
  askedMs: number | undefined,
  random: number,
): number {
  if (askedMs !== undefined) return askedMs;
  const ceiling = Math.min(policy.maxDelayMs, policy.firstDelayMs * 2 ** (attempt - 1));
  return ceiling * (0.5 + random / 2);
}

/** `Retry-After` of RFC 9110 (seconds or a date) in milliseconds, at most two minutes. */
export function retryAfterMs(header: string | null, now: number): number | undefined {
  if (header === null || header.trim() === '') return undefined;
  const seconds = Number(header);
  const ms = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(header) - now;
  return Number.isFinite(ms) ? Math.min(Math.max(ms, 0), 120_000) : undefined;
}

export async function pause(ms: number, signal?: AbortSignal): Promise<void> {
  await delay(ms, undefined, signal && { signal }).catch((error: unknown) => {
    signal?.throwIfAborted();
    throw error;
  });
}
