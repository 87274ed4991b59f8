import { crc32 as ofNode } from 'node:zlib';

type Crc32 = (bytes: Uint8Array, before?: number) => number;

/** Takes a third of the time of Node's own, which every byte of an upload pays twice; there is none for some machines. */
const native = await import('@node-rs/crc32').then(
  (module): Crc32 | undefined =>
    (bytes, before) =>
      module.crc32(asBuffer(bytes), before),
  () => undefined,
);

/** CRC-32 as in gzip and zip (RFC 1952, 8), as an unsigned number; `before` is that of the bytes that precede these. */
export const crc32: Crc32 = native ?? ofNode;

function asBuffer({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}
