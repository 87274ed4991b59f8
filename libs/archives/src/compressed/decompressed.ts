import type { Transform } from 'node:stream';
import { constants, createGunzip, createZstdDecompress, type Zlib } from 'node:zlib';

import { invalid } from '../archive-refused.ts';
import type { IncomingBytes } from '../incoming-bytes.ts';

export type Compression = 'gzip' | 'zstd';

const CHUNK_BYTES = 64 * 1024;
/** 128 MiB: what every decoder takes without being told to; a longer window would be that much memory. */
const ZSTD_WINDOW_LOG = 27;

type Engine = Transform & Zlib;

/**
 * The bytes that were compressed, of all members or frames one after the other; inflated in threads of the system.
 * @throws ArchiveRefused for damaged and for cut streams
 */
export async function* decompressed(
  bytes: IncomingBytes,
  compression: Compression,
): AsyncGenerator<Uint8Array, void, undefined> {
  for (let isMore = true; isMore;) {
    const engine = engineOf(compression);
    const feeding = feed(engine, bytes);
    // Its failure is the engine's, whose reader hears of it.
    feeding.catch(() => {});
    try {
      yield* engine;
    } catch (error) {
      throw isZlibError(error)
        ? invalid(undefined, `is damaged or cut off as ${compression}: ${error.message}`)
        : error;
    } finally {
      engine.destroy();
    }
    // Node's gunzip takes all members itself and ends before padding; its zstd ends after each frame.
    isMore = (await feeding) && compression === 'zstd';
  }
}

function engineOf(compression: Compression): Engine {
  return compression === 'gzip'
    ? createGunzip({ chunkSize: CHUNK_BYTES })
    : createZstdDecompress({
        chunkSize: CHUNK_BYTES,
        params: { [constants.ZSTD_d_windowLogMax]: ZSTD_WINDOW_LOG },
      });
}

/** One chunk at a time, so that what an engine leaves can be given back. Tells whether it left something. */
async function feed(engine: Engine, bytes: IncomingBytes): Promise<boolean> {
  try {
    let fed = 0;
    for (let chunk = await bytes.some(CHUNK_BYTES); chunk; chunk = await bytes.some(CHUNK_BYTES)) {
      await written(engine, chunk);
      fed += chunk.length;
      const left = fed - engine.bytesWritten;
      if (left === 0) continue;
      bytes.unread(chunk.subarray(chunk.length - left));
      return true;
    }
    engine.end();
    return false;
  } catch (error) {
    engine.destroy(error instanceof Error ? error : new Error('interrupted', { cause: error }));
    throw error;
  }
}

function written(engine: Engine, chunk: Buffer): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  engine.write(chunk, (error) => (error ? reject(error) : resolve()));
  return promise;
}

function isZlibError(error: unknown): error is Error {
  return (
    error instanceof Error && 'code' in error && /^(Z_|ZSTD_|ERR_ZLIB)/.test(String(error.code))
  );
}
