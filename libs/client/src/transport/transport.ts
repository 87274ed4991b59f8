import type { z } from 'zod';

import { type Body, prepare, type Prepared } from './body.ts';
import { Deadline } from './deadline.ts';
import {
  AnswerNotUnderstood,
  DigestWrong,
  FloeProblem,
  LocalFault,
  PlatformUnreachable,
} from './errors.ts';
import { problemOf } from './problem-of.ts';
import {
  defaultRetry,
  delayBefore,
  isHopeless,
  isNobodyThere,
  isTransient,
  pause,
  type RetryPolicy,
} from './retry.ts';

export interface TransportOptions {
  /** Where the platform is, such as `http://localhost:8080`. */
  readonly url: string;
  readonly token?: string | undefined;
  readonly fetch?: typeof fetch;
  readonly retry?: Partial<RetryPolicy>;
  /** A call in which nothing moves for so long is taken for lost; 60 s without it. */
  readonly idleMs?: number;
}

export type Query = Readonly<Record<string, string | number | undefined>>;

export interface Call {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE';
  /** Absolute path below the platform's URL, its parts already escaped. */
  readonly path: string;
  readonly query?: Query;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Body;
  readonly signal?: AbortSignal | undefined;
  /** Added to the idle time: for how long the server was asked to hold its answer. */
  readonly heldMs?: number;
}

/** Reads an answer to its end; `moved` keeps the call alive while bytes arrive. */
export type Read<T> = (response: Response, moved: () => void) => Promise<T>;

/**
 * Calls with retries. Every call of Floe may be repeated (creating ones carry an Idempotency-Key), so that
 * a lost connection, 429, 502, 503 and 504 are tried again, honouring `Retry-After`.
 */
export class Transport {
  readonly url: string;
  readonly retry: RetryPolicy;
  readonly #options: TransportOptions;
  #answered = false;

  constructor(options: TransportOptions) {
    this.url = options.url.replace(/\/+$/, '');
    this.retry = { ...defaultRetry, ...options.retry };
    this.#options = options;
  }

  /** Whether the chunks of an answer are of memory that nobody else has, as Node's own fetch gives them. */
  get givesOwnChunks(): boolean {
    return this.#options.fetch === undefined;
  }

  /** @throws FloeProblem, PlatformUnreachable, a fault of this side, or the signal's reason. */
  async call<T>(call: Call, read: Read<T>): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.#once(call, read);
      } catch (error) {
        await this.#beforeNext(attempt, error, call.signal);
      }
    }
  }

  /** The JSON of an answer by its schema; what the schema does not know is left out. */
  async json<Schema extends z.ZodType>(call: Call, schema: Schema): Promise<z.output<Schema>> {
    return await this.call(call, async (response) => {
      const body = await response.text();
      try {
        return schema.parse(JSON.parse(body));
      } catch (error) {
        throw new AnswerNotUnderstood(`${call.method} ${this.url}${call.path}`, error);
      }
    });
  }

  /** One attempt that leaves the answer open: for streams, which resume by themselves. */
  async open(call: Call, signal: AbortSignal): Promise<Response> {
    const response = await this.#fetch(call, signal);
    if (!response.ok) throw await problemOf(response);
    return response;
  }

  /** Waits before the next attempt, or throws what ends the call. */
  async #beforeNext(attempt: number, error: unknown, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    if (error instanceof LocalFault) throw error.cause;
    if (error instanceof AnswerNotUnderstood || !isTransient(error)) throw error;
    const nobody = !this.#answered && isNobodyThere(error);
    if (attempt >= this.retry.attempts || nobody || isHopeless(error)) {
      const isAnswer = error instanceof FloeProblem || error instanceof DigestWrong;
      throw isAnswer ? error : new PlatformUnreachable(this.url, error);
    }
    const asked = error instanceof FloeProblem ? error.retryAfterMs : undefined;
    await pause(delayBefore(attempt, this.retry, asked, Math.random()), signal);
  }

  async #once<T>(call: Call, read: Read<T>): Promise<T> {
    const idleMs = (this.#options.idleMs ?? 60_000) + (call.heldMs ?? 0);
    using deadline = new Deadline(idleMs, call.signal);
    const faults: LocalFault[] = [];
    const leaving = {
      moved: deadline.moved,
      failed: (error: unknown) => void faults.push(new LocalFault(error)),
    };
    const body = call.body && prepare(call.body, leaving);
    try {
      const response = await this.#fetch(call, deadline.signal, body);
      deadline.moved();
      if (!response.ok) throw await problemOf(response);
      return await read(response, deadline.moved);
    } catch (error) {
      throw faults[0] ?? error;
    } finally {
      await body?.close();
    }
  }

  async #fetch(call: Call, signal: AbortSignal, body?: Prepared): Promise<Response> {
    const url = new URL(`${this.url}${call.path}`);
    for (const [name, value] of Object.entries(call.query ?? {})) {
      if (value !== undefined) url.searchParams.set(name, String(value));
    }
    const { token } = this.#options;
    const response = await (this.#options.fetch ?? fetch)(url, {
      method: call.method,
      headers: {
        accept: 'application/json',
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...body?.headers,
        ...call.headers,
      },
      ...(body && { body: body.body }),
      ...body?.init,
      signal,
    });
    this.#answered = true;
    return response;
  }
}
