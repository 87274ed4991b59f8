import { Readable } from 'node:stream';
import { crc32, createInflateRaw, inflateRawSync } from 'node:zlib';

import { invalid } from '../archive-refused.ts';
import type { ZipEntry } from './zip-entry.ts';

const CHUNK_BYTES = 64 * 1024;
const SMALL_BYTES = 64 * 1024;

/** What `info: true` gives, which the types do not know. */
interface InflateInfo {
  readonly buffer: Buffer;
  readonly engine: { readonly bytesWritten: number };
}

/** Content that is what the directory says of it: size and checksum. @throws ArchiveRefused */
export async function* checked(
  { name, sizeBytes, crc }: ZipEntry,
  content: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  let [sum, length] = [0, 0];
  for await (const chunk of content) {
    sum = crc32(chunk, sum);
    length += chunk.length;
    if (length > sizeBytes) break;
    yield chunk;
  }
  if (length !== sizeBytes)
    throw invalid(name, `has another size than the ${sizeBytes} bytes it claims`);
  if (sum !== crc) throw invalid(name, 'is damaged: it has another checksum than it claims');
}

/** @throws ArchiveRefused */
export function inflated(
  entry: ZipEntry,
  packed: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  const isSmall = entry.packedBytes <= SMALL_BYTES && entry.sizeBytes <= SMALL_BYTES;
  return isSmall ? inflatedAtOnce(entry, packed) : inflatedInThread(entry, packed);
}

/** Less than a millisecond of this thread, where handing it to another takes as long by itself. */
async function* inflatedAtOnce(
  entry: ZipEntry,
  packed: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  const pieces: Uint8Array[] = [];
  for await (const piece of packed) pieces.push(piece);
  yield inflateSmall(entry, Buffer.concat(pieces));
}

function inflateSmall(entry: ZipEntry, packed: Buffer): Uint8Array {
  try {
    const { buffer: content, engine } = inflateRawSync(packed, {
      info: true,
      maxOutputLength: SMALL_BYTES,
    }) as unknown as InflateInfo;
    checkAllTaken(entry, engine.bytesWritten);
    return content;
  } catch (error) {
    throw damaged(entry, error);
  }
}

async function* inflatedInThread(
  entry: ZipEntry,
  packed: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  const source = Readable.from(packed, { objectMode: true, highWaterMark: 1 });
  const engine = createInflateRaw({ chunkSize: CHUNK_BYTES });
  source.on('error', (error) => engine.destroy(error));
  source.pipe(engine);
  try {
    yield* engine;
  } catch (error) {
    throw damaged(entry, error);
  } finally {
    source.destroy();
    engine.destroy();
  }
  checkAllTaken(entry, engine.bytesWritten);
}

function checkAllTaken({ name, packedBytes }: ZipEntry, takenBytes: number): void {
  if (takenBytes === packedBytes) return;
  throw invalid(name, `is followed by other bytes in the ${packedBytes} that it claims`);
}

function damaged({ name }: ZipEntry, error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return /^(Z_|ERR_BUFFER_TOO_LARGE)/.test(code) ? invalid(name, `is damaged: ${code}`) : error;
}
