import { Deadline } from '../transport/deadline.ts';
import { FloeProblem, PlatformUnreachable } from '../transport/errors.ts';
import { delayBefore, isNobodyThere, isTransient, pause } from '../transport/retry.ts';
import type { Call, Transport } from '../transport/transport.ts';
import { readSse, type SseMessage } from './sse.ts';

export interface FollowOptions {
  readonly signal?: AbortSignal | undefined;
  /** Where to begin: what follows this id. */
  readonly lastEventId?: string | undefined;
  /** A stream that lost its connection gives up after so many failed attempts in a row; 30 without it. */
  readonly attempts?: number;
}

// The platform sends a comment every 15 s: after three of them are missing, the connection is dead.
const silentMs = 50_000;

/**
 * The messages of a stream that never ends by itself. A lost connection is taken up with `Last-Event-ID`:
 * each message once, in order, as the platform keeps them. The consumer ends it by leaving the loop.
 */
export async function* follow(
  transport: Transport,
  call: Pick<Call, 'path' | 'query'>,
  options: FollowOptions = {},
): AsyncGenerator<SseMessage> {
  const { signal, attempts = 30 } = options;
  let lastEventId = options.lastEventId;
  let everConnected = false;
  for (let failures = 0; ;) {
    try {
      using deadline = new Deadline(silentMs, signal);
      const response = await transport.open(
        { ...call, method: 'GET', headers: headersFrom(lastEventId) },
        deadline.signal,
      );
      everConnected = true;
      // A quiet stream that is cut now and then is not one that cannot be had.
      failures = 0;
      for await (const message of readSse(bytesOf(response), deadline.moved)) {
        lastEventId = message.id ?? lastEventId;
        yield message;
      }
      failures += 1;
    } catch (error) {
      signal?.throwIfAborted();
      if (!isTransient(error)) throw error;
      failures += 1;
      const nobody = !everConnected && isNobodyThere(error);
      if (nobody || failures >= attempts) {
        throw error instanceof FloeProblem ? error : new PlatformUnreachable(transport.url, error);
      }
    }
    await pause(delayBefore(failures, transport.retry, undefined, Math.random()), signal);
  }
}

function headersFrom(lastEventId: string | undefined): Readonly<Record<string, string>> {
  return {
    accept: 'text/event-stream',
    ...(lastEventId !== undefined && { 'last-event-id': lastEventId }),
  };
}

function bytesOf(response: Response): AsyncIterable<Uint8Array> {
  if (response.body === null) throw new Error('the event stream has no body');
  return response.body;
}
