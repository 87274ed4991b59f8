import { createHash } from 'node:crypto';

import { Deadline } from '../transport/deadline.ts';
import { DigestWrong, FloeProblem, PlatformUnreachable } from '../transport/errors.ts';
import { delayBefore, isHopeless, isNobodyThere, isTransient, pause } from '../transport/retry.ts';
import type { Transport } from '../transport/transport.ts';

const SILENT_MS = 60_000;

/**
 * The bytes of a blob over as many connections as it takes: a lost one is taken up at the byte where it broke.
 * Ends with DigestWrong when they do not hash to `digest`. The consumer may leave early. A chunk is there until the next
 * one is asked for.
 */
export async function* blobBytes(
  transport: Transport,
  path: string,
  digest: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array, void, void> {
  const hash = createHash('sha256');
  let receivedBytes = 0;
  for (let failures = 0; ;) {
    try {
      using deadline = new Deadline(SILENT_MS, signal);
      for await (const chunk of restOf(transport, path, receivedBytes, deadline.signal)) {
        failures = 0;
        receivedBytes += chunk.length;
        hash.update(chunk);
        yield chunk;
        // Whoever takes the bytes slowly is no silent platform.
        deadline.moved();
        // Left to garbage collection, many of them bring about one collection after another.
        if (transport.givesOwnChunks) chunk.buffer.transfer(0);
      }
      break;
    } catch (error) {
      signal?.throwIfAborted();
      failures += 1;
      const isOver = failures >= transport.retry.attempts || isHopeless(error);
      const nobody = receivedBytes === 0 && isNobodyThere(error);
      if (!isTransient(error)) throw error;
      if (isOver || nobody)
        throw error instanceof FloeProblem ? error : new PlatformUnreachable(transport.url, error);
      const asked = error instanceof FloeProblem ? error.retryAfterMs : undefined;
      await pause(delayBefore(failures, transport.retry, asked, Math.random()), signal);
    }
  }
  const found = `sha256:${hash.digest('hex')}`;
  if (found !== digest) throw new DigestWrong(path, digest, found);
}

/** The bytes from `start` on, also where the server gives all of them. */
async function* restOf(
  transport: Transport,
  path: string,
  start: number,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array<ArrayBuffer>, void, void> {
  const range = start > 0 && { range: `bytes=${start}-` };
  const response = await transport.open(
    { method: 'GET', path, headers: { accept: '*/*', ...range } },
    signal,
  );
  if (response.body === null) throw new Error(`${path} has no body`);
  let skip = response.status === 206 ? 0 : start;
  for await (const chunk of response.body) {
    const wanted = chunk.subarray(Math.min(skip, chunk.length));
    skip -= chunk.length - wanted.length;
    if (wanted.length > 0) yield wanted;
  }
}
