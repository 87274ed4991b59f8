import { z } from 'zod';

import { RegistryRefused } from '../errors.ts';
import { RegistryBusy, retryAfterMs, SourceFailed } from './attempts.ts';
import { collected } from './bounded.ts';

export interface Exchange {
  /** What is being done, for error messages: `push blob sha256:…`. */
  readonly action: string;
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | AsyncIterable<Uint8Array>;
  /** Statuses that are an answer; all others are errors. */
  readonly expect: readonly number[];
}

export interface ExchangeLimits {
  /** Time without any progress: no byte taken, no answer given. */
  readonly idleMs: number;
  readonly signal: AbortSignal;
}

const ERROR_BODY_BYTES = 64 * 1_024;

/** One request and its answer's head. Throws RegistryRefused, RegistryBusy, SourceFailed, or what fetch throws. */
export async function exchange(
  { action, method, url, headers, body, expect }: Exchange,
  { idleMs, signal }: ExchangeLimits,
): Promise<Response> {
  const idle = new AbortController();
  const stop = (): void => idle.abort(new Error(`no progress for ${idleMs} ms`));
  const timer = setTimeout(stop, idleMs);
  let failure: SourceFailed | undefined;
  const fail = (error: SourceFailed): void => void (failure = error);
  try {
    const response = await fetch(url, {
      method,
      // The bytes count as they are stored, not as a proxy may compress them.
      headers: { 'accept-encoding': 'identity', ...headers },
      signal: AbortSignal.any([signal, idle.signal]),
      ...(body instanceof Uint8Array && { body: body as Uint8Array<ArrayBuffer> }),
      ...(isStream(body) && { body: watched(body, () => timer.refresh(), fail), duplex: 'half' }),
    });
    if (expect.includes(response.status)) return response;
    throw await errorOf(action, response);
  } catch (error) {
    throw failure ?? error;
  } finally {
    clearTimeout(timer);
  }
}

function isStream(body: Exchange['body']): body is AsyncIterable<Uint8Array> {
  return body !== undefined && !(body instanceof Uint8Array);
}

async function* watched(
  source: AsyncIterable<Uint8Array>,
  progress: () => void,
  fail: (error: SourceFailed) => void,
): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of source) {
      progress();
      yield chunk;
    }
    progress();
  } catch (error) {
    const failure = new SourceFailed('the bytes could not be read', { cause: error });
    fail(failure);
    throw failure;
  }
}

/** distribution-spec 1.1, "Error Codes". */
const errorBody = z.object({
  errors: z.tuple([z.object({ code: z.string(), message: z.string().default('') })], z.unknown()),
});

async function errorOf(action: string, response: Response): Promise<Error> {
  const { status, headers } = response;
  const { code, message } = await problemOf(response);
  if (status === 429 || status >= 500) {
    const pause = retryAfterMs(headers.get('retry-after'), Date.now());
    return new RegistryBusy(`${status} ${code} ${message}`.trimEnd(), pause);
  }
  return new RegistryRefused(action, status, code, message);
}

/** The first of the registry's errors; a proxy's page in HTML is none. */
async function problemOf(response: Response): Promise<{ code: string; message: string }> {
  const nothing = { code: 'UNKNOWN', message: '' };
  if (response.body === null) return nothing;
  try {
    const bytes = await collected(response.body, ERROR_BODY_BYTES);
    return errorBody.parse(JSON.parse(Buffer.from(bytes).toString())).errors[0];
  } catch {
    return nothing;
  }
}
