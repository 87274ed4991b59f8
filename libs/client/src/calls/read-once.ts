import { FloeProblem, PlatformUnreachable } from '../transport/errors.ts';
import type { Transport } from '../transport/transport.ts';

const DEADLINE_MS = 10_000;

/**
 * What an address of the process itself says now, well or not, without trying again: a process that is not ready says so
 * with 503. `undefined` where there is no such address.
 */
export async function readOnce(
  transport: Transport,
  path: string,
  outer: AbortSignal | undefined,
): Promise<string | undefined> {
  const late = AbortSignal.timeout(DEADLINE_MS);
  const signal = outer ? AbortSignal.any([outer, late]) : late;
  try {
    const headers = { accept: '*/*' };
    const response = await transport.open({ method: 'GET', path, headers }, signal);
    return await response.text();
  } catch (error) {
    outer?.throwIfAborted();
    if (!(error instanceof FloeProblem)) throw new PlatformUnreachable(transport.url, error);
    if (error.status === 404) return undefined;
    if (error.status === 503) return JSON.stringify({ status: error.detail, ...error.members });
    throw error;
  }
}
