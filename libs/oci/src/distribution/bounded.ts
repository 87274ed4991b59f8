import { createHash } from 'node:crypto';

import { digestFrom } from '../digest.ts';
import { ImageNotVerified } from '../errors.ts';

/** Collects a body that must have at most `limitBytes`. Throws ImageNotVerified for a longer one. */
export async function collected(
  body: AsyncIterable<Uint8Array>,
  limitBytes: number,
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of body) {
    sizeBytes += chunk.length;
    if (sizeBytes > limitBytes) throw new ImageNotVerified(`more than ${limitBytes} bytes came`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, sizeBytes);
}

/** Passes the body on and ends with ImageNotVerified when it was not the content of `digest`. */
export async function* proven(
  body: AsyncIterable<Uint8Array>,
  digest: string,
): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256');
  for await (const chunk of body) {
    hash.update(chunk);
    yield chunk;
  }
  const actual = digestFrom(hash);
  if (actual !== digest) throw new ImageNotVerified(`asked for ${digest}, ${actual} came`);
}

/** Passes the body on and rejects when the next part takes longer than `idleMs`. */
export async function* paced(
  body: AsyncIterable<Uint8Array>,
  idleMs: number,
): AsyncGenerator<Uint8Array> {
  const parts = body[Symbol.asyncIterator]();
  let ended = false;
  try {
    for (;;) {
      const next = await within(idleMs, parts.next());
      ended = next.done === true;
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    // A part that never comes would keep `return` waiting, too.
    if (!ended) void parts.return?.().then(undefined, () => {});
  }
}

async function within<Value>(limitMs: number, value: Promise<Value>): Promise<Value> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`no byte came for ${limitMs} ms`)), limitMs);
  try {
    return await Promise.race([value, late]);
  } finally {
    clearTimeout(timer);
  }
}
