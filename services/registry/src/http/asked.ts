import type { IncomingHttpHeaders } from 'node:http';

import type { Principal } from '../domain/access.ts';

/** A request as the handlers see it. */
export interface Asked {
  readonly principal: Principal;
  readonly headers: IncomingHttpHeaders;
  readonly query: URLSearchParams;
  /** Absent when the request has none. */
  readonly body: AsyncIterable<Uint8Array> | undefined;
  /** Aborted when the client is gone. */
  readonly gone: AbortSignal;
}

/** What is answered; `Content-Length` belongs to the headers, so that HEAD tells it, too. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Opens the body; not called for HEAD. */
  readonly body?: () => Promise<AsyncIterable<Uint8Array> | Uint8Array>;
}

const DEADLINE_MS = 10_000;

/** For everything but the transfer of bytes. */
export function soon({ gone }: Asked): AbortSignal {
  return AbortSignal.any([gone, AbortSignal.timeout(DEADLINE_MS)]);
}

export function jsonAnswer(
  status: number,
  document: object,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  const bytes = Buffer.from(JSON.stringify(document));
  return {
    status,
    headers: {
      'content-type': 'application/json',
      'content-length': String(bytes.length),
      ...headers,
    },
    body: async () => bytes,
  };
}

export function emptyAnswer(status: number, headers: Readonly<Record<string, string>>): Answer {
  return { status, headers: status === 204 ? headers : { 'content-length': '0', ...headers } };
}

/** The size that the client announces, where it does. */
export function lengthOf({ headers }: Asked): number | undefined {
  const length = headers['content-length'];
  return length === undefined ? undefined : Number(length);
}
