import { promisify } from 'node:util';
import { gunzip, gzip, zstdCompress, zstdDecompress } from 'node:zlib';

import kafkajs from 'kafkajs';

import { unreadableBatch } from './unreadable-batch.ts';

/** A batch of compressed records is at most a few MiB; what inflates to more is an attack. */
const LIMIT = { maxOutputLength: 64 * 1024 * 1024 };

interface Codec {
  /** kafkajs hands over an encoder. */
  compress(encoder: { readonly buffer: Buffer }): Promise<Buffer>;
  decompress(buffer: Buffer): Promise<Buffer>;
}

/**
 * Makes the codecs of kafkajs total. An error while it reads a batch, or a codec that it does not know, would end the
 * consumer for good, and with it every partition; instead, each record of such a batch is one that says why.
 */
export function registerCodecs(): void {
  const { CompressionCodecs, CompressionTypes } = kafkajs;
  CompressionCodecs[CompressionTypes.GZIP] = () => total('gzip', promisify(gzip), gunzipped);
  CompressionCodecs[CompressionTypes.ZSTD] = () =>
    total('zstd', promisify(zstdCompress), zstdDecompressed);
  CompressionCodecs[CompressionTypes.Snappy] = () => total('snappy', unknown, unknown);
  CompressionCodecs[CompressionTypes.LZ4] = () => total('lz4', unknown, unknown);
}

type Conversion = (bytes: Buffer) => Promise<Buffer>;

function total(name: string, compress: Conversion, decompress: Conversion): Codec {
  return {
    compress: ({ buffer }) => compress(buffer),
    async decompress(buffer) {
      try {
        return await decompress(buffer);
      } catch (error) {
        return unreadableBatch(`${name}: ${error instanceof Error ? error.message : 'unreadable'}`);
      }
    },
  };
}

const gunzipped: Conversion = (bytes) => promisify(gunzip)(bytes, LIMIT);
const zstdDecompressed: Conversion = (bytes) => promisify(zstdDecompress)(bytes, LIMIT);

async function unknown(): Promise<Buffer> {
  throw new Error('this codec is not supported; the topic setting compression.type avoids it');
}
