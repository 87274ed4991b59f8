import type { Readable } from 'node:stream';

import type { FastifyRequest } from 'fastify';

import { BodyTruncated } from '../domain/errors.ts';

/** The body as it comes, which may never be buffered whole; a broken connection is a truncated body. */
export async function* bodyStream({ raw }: FastifyRequest): AsyncGenerator<Uint8Array> {
  const body: Readable = raw;
  try {
    // A destroyed body would take the connection along, and with it the answer that says why it was refused.
    yield* body.iterator({ destroyOnReturn: false });
  } catch (error) {
    throw new BodyTruncated({ cause: error });
  }
  if (!raw.complete) throw new BodyTruncated();
}

/** `undefined` for a chunked body. */
export function lengthOf({ headers }: FastifyRequest): number | undefined {
  const length = headers['content-length'];
  return length === undefined ? undefined : Number(length);
}
