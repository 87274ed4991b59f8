import type { FastifyRequest } from 'fastify';

import { BodyTruncated } from '../domain/errors.ts';
import { gathered } from './gathered.ts';

/** A sender that is silent for so long while it is waited for has lost its connection. */
const SILENT_MS = 120_000;

/** The body as it comes, which may never be buffered whole; a broken connection is a truncated body. */
export async function* bodyStream(
  { raw }: Pick<FastifyRequest, 'raw'>,
  silentMs = SILENT_MS,
): AsyncGenerator<Uint8Array> {
  let isWaiting = true;
  // Only the sender is hurried: while what came is written its silence is not its own.
  const silence = setTimeout(() => {
    if (isWaiting) raw.destroy(new Error('the sender is silent'));
    else silence.refresh();
  }, silentMs);
  // A reader that refuses the body leaves it where it is, and never comes to the end of this.
  raw.once('close', () => clearTimeout(silence));
  silence.unref();
  try {
    for await (const chunk of gathered(raw)) {
      isWaiting = false;
      yield chunk;
      isWaiting = true;
      silence.refresh();
    }
  } catch (error) {
    throw new BodyTruncated({ cause: error });
  } finally {
    clearTimeout(silence);
  }
  if (!raw.complete) throw new BodyTruncated();
}

/** `undefined` for a chunked body. */
export function lengthOf({ headers }: FastifyRequest): number | undefined {
  const length = headers['content-length'];
  return length === undefined ? undefined : Number(length);
}
