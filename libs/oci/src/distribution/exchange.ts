import { z } from 'zod';

import { RegistryRefused } from '../errors.ts';
import { RegistryBusy, retryAfterMs, SourceFailed } from './attempts.ts';
import { collected } from './bounded.ts';
import type { Answer, Transport } from './send.ts';

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

export interface ExchangeMeans {
  /** Time without any progress: no byte taken, no answer given. */
  readonly idleMs: number;
  readonly signal: AbortSignal;
  readonly transport: Transport;
}

const ERROR_BODY_BYTES = 64 * 1_024;
const UNREAD_BYTES = 64 * 1_024;

/** One request and its answer's head. Throws RegistryRefused, RegistryBusy, SourceFailed, or what Node's client throws. */
export async function exchange(
  { action, method, url, headers, body, expect }: Exchange,
  { idleMs, signal, transport }: ExchangeMeans,
): Promise<Answer> {
  const idle = new AbortController();
  const stop = (): void => idle.abort(new Error(`no progress for ${idleMs} ms`));
  const timer = setTimeout(stop, idleMs);
  let failure: SourceFailed | undefined;
  const fail = (error: SourceFailed): void => void (failure = error);
  const outgoing = {
    method,
    url,
    // The bytes count as they are stored, not as a proxy may compress them.
    headers: { 'accept-encoding': 'identity', ...headers },
    ...(body !== undefined && {
      body: isStream(body) ? watched(body, () => timer.refresh(), fail) : body,
    }),
  };
  try {
    const answer = await transport(outgoing, AbortSignal.any([signal, idle.signal]));
    if (expect.includes(answer.status)) return answer;
    throw await errorOf(action, answer);
  } catch (error) {
    throw failure ?? (idle.signal.aborted ? idle.signal.reason : error);
  } finally {
    clearTimeout(timer);
  }
}

/** Reads an answer to its end, so that its connection serves the next request; a long one is not worth it. */
export async function finish({ body }: Answer): Promise<void> {
  let sizeBytes = 0;
  for await (const chunk of body) {
    sizeBytes += chunk.length;
    if (sizeBytes > UNREAD_BYTES) return;
  }
}

function isStream(body: Uint8Array | AsyncIterable<Uint8Array>): body is AsyncIterable<Uint8Array> {
  return !(body instanceof Uint8Array);
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

async function errorOf(action: string, answer: Answer): Promise<Error> {
  const { status } = answer;
  const { code, message } = await problemOf(answer);
  if (status === 429 || status >= 500) {
    const pause = retryAfterMs(answer.header('retry-after'), Date.now());
    return new RegistryBusy(`${status} ${code} ${message}`.trimEnd(), pause);
  }
  return new RegistryRefused(action, status, code, message);
}

/** The first of the registry's errors; a proxy's page in HTML is none. */
async function problemOf({ body }: Answer): Promise<{ code: string; message: string }> {
  try {
    const bytes = await collected(body, ERROR_BODY_BYTES);
    return errorBody.parse(JSON.parse(Buffer.from(bytes).toString())).errors[0];
  } catch {
    return { code: 'UNKNOWN', message: '' };
  }
}
