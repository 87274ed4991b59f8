import { spend } from '../spent.ts';
import type { MultipartUpload } from './multipart-upload.ts';

export const PART_BYTES = 8 * 1024 * 1024;
/** S3 takes 10,000 parts: each thousand of them is twice as large as the one before. */
const PARTS_OF_A_SIZE = 1_000;
const AT_ONCE = 3;

/** Cuts a stream into the parts of an upload, whose first is number 1. */
export async function* partsOf(
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<Buffer, void, undefined> {
  let collected: Uint8Array[] = [];
  let bytes = 0;
  let number = 1;
  for await (const chunk of chunks) {
    collected.push(chunk);
    bytes += chunk.byteLength;
    if (bytes < PART_BYTES * 2 ** Math.floor(number / PARTS_OF_A_SIZE)) continue;
    yield joined(collected);
    collected = [];
    bytes = 0;
    number += 1;
  }
  if (bytes > 0 || number === 1) yield joined(collected);
}

function joined(chunks: readonly Uint8Array[]): Buffer {
  const whole = Buffer.concat(chunks);
  for (const chunk of chunks) spend(chunk);
  return whole;
}

/** Sends the parts, several at once; a source that is faster waits. Gives the number of bytes. */
export async function sendParts(
  upload: MultipartUpload,
  parts: AsyncIterable<Buffer>,
  signal: AbortSignal,
): Promise<number> {
  const stop = new AbortController();
  const until = AbortSignal.any([signal, stop.signal]);
  const sending = new Set<Promise<void>>();
  let number = 0;
  let bytes = 0;
  try {
    for await (const part of parts) {
      stop.signal.throwIfAborted();
      number += 1;
      bytes += part.length;
      const sent = upload
        .send(number, part, until)
        .catch((error: unknown) => stop.abort(error))
        .finally(() => sending.delete(sent));
      sending.add(sent);
      if (sending.size === AT_ONCE) await Promise.race(sending);
    }
    await Promise.all(sending);
    stop.signal.throwIfAborted();
    return bytes;
  } finally {
    stop.abort();
    await Promise.all(sending);
  }
}
