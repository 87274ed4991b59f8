import { zstdCompressSync, gzipSync, crc32, deflateRawSync } from 'node:zlib';

const MIB = 1024 ** 2;
const BLOCK_BYTES = 512;

/** A header of ustar; nothing but name and size is of interest. */
export function tarHead(name: string, sizeBytes: number): Buffer {
  const block = Buffer.alloc(BLOCK_BYTES);
  block.write(name, 0, 100);
  block.write('0000644\x000000000\x000000000\0', 100, 'latin1');
  block.write(`${sizeBytes.toString(8).padStart(11, '0')}\0`, 124, 'latin1');
  block.write('00000000000\0        0', 136, 'latin1');
  block.write('ustar\x0000', 257, 'latin1');
  let sum = 0;
  for (const byte of block) sum += byte;
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return block;
}

/** A tar of one file of zeros, which is never in memory as a whole. */
export async function* tarOfZeros(sizeBytes: number): AsyncGenerator<Uint8Array> {
  yield tarHead('zeros.bin', sizeBytes);
  yield* zeros(sizeBytes);
  yield Buffer.alloc(2 * BLOCK_BYTES);
}

/** A form with such a tar; its boundary is `b`. */
export async function* formOfZeros(sizeBytes: number): AsyncGenerator<Uint8Array> {
  yield Buffer.from('--b\r\ncontent-disposition: form-data; name="payload"\r\n\r\n');
  yield* tarOfZeros(sizeBytes);
  yield Buffer.from('\r\n--b--\r\n');
}

async function* zeros(sizeBytes: number): AsyncGenerator<Uint8Array> {
  for (let left = sizeBytes; left > 0; left -= MIB) yield Buffer.alloc(Math.min(MIB, left));
}

/** A tar of so many empty files in 317 folders, of which only their names tell. */
export async function* tarOfFiles(count: number): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < count; start += 1_024)
    yield Buffer.concat(
      Array.from({ length: Math.min(1_024, count - start) }, (_, index) => {
        const number = start + index;
        return tarHead(`shard-${number % 317}/sample ${number}.json`, 0);
      }),
    );
  yield Buffer.alloc(2 * BLOCK_BYTES);
}

/** gzip members, or zstd frames, of a tar of zeros one after the other: about a thousandth of its length. */
export function bomb(compression: 'gzip' | 'zstd', sizeBytes: number): Buffer<ArrayBuffer> {
  const compress = compression === 'gzip' ? gzipSync : zstdCompressSync;
  const piece = compress(Buffer.alloc(16 * MIB));
  const pieces = Array.from({ length: sizeBytes / (16 * MIB) }, () => piece);
  return Buffer.concat([compress(tarHead('zeros.bin', sizeBytes)), ...pieces]);
}

/** A zip of one deflated file of zeros. */
export function zipOfZeros(sizeBytes: number): Buffer<ArrayBuffer> {
  const content = Buffer.alloc(sizeBytes);
  const packed = deflateRawSync(content);
  const name = Buffer.from('zeros.bin');
  const fields = Buffer.alloc(26);
  fields.writeUInt16LE(20, 0);
  fields.writeUInt16LE(8, 4);
  fields.writeUInt32LE(crc32(content), 10);
  fields.writeUInt32LE(packed.length, 14);
  fields.writeUInt32LE(sizeBytes, 18);
  fields.writeUInt16LE(name.length, 22);
  const local = Buffer.concat([Buffer.from('PK\x03\x04'), fields, name, packed]);
  const central = Buffer.concat([Buffer.from('PK\x01\x02\x14\0'), fields, Buffer.alloc(14), name]);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06');
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(local.length, 16);
  return Buffer.concat([local, central, end]);
}
