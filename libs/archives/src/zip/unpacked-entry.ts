import { Readable } from 'node:stream';
import { crc32, createInflateRaw } from 'node:zlib';

import { invalid } from '../archive-refused.ts';
import type { ZipEntry } from './zip-entry.ts';

const CHUNK_BYTES = 64 * 1024;

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

/** Inflated in a thread of the system. @throws ArchiveRefused */
export async function* inflated(
  { name, packedBytes }: ZipEntry,
  packed: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  const source = Readable.from(packed, { objectMode: true, highWaterMark: 1 });
  const engine = createInflateRaw({ chunkSize: CHUNK_BYTES });
  source.on('error', (error) => engine.destroy(error));
  source.pipe(engine);
  try {
    yield* engine;
  } catch (error) {
    const isZlib = error instanceof Error && 'code' in error && String(error.code).startsWith('Z_');
    throw isZlib ? invalid(name, `is damaged: ${error.message}`) : error;
  } finally {
    source.destroy();
    engine.destroy();
  }
  if (engine.bytesWritten !== packedBytes)
    throw invalid(name, `is followed by other bytes in the ${packedBytes} that it claims`);
}
