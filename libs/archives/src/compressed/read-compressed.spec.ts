import { constants, gzipSync, zstdCompressSync } from 'node:zlib';

import { describe, expect, it } from 'vitest';

import { rawTar } from '../testing/raw-tar.ts';
import { chunksOf, refusalOf, unpacked } from '../testing/unpacked.ts';
import type { Compression } from './decompressed.ts';

const MIB = 1024 ** 2;
const TAR = rawTar({ name: 'a', content: 'x'.repeat(3_000) }, { name: 'b', content: 'y' });
const FILES = { a: 'x'.repeat(3_000), b: 'y' };
const HALF = TAR.length / 2 - 7;

const compressions: readonly (readonly [Compression, (bytes: Buffer) => Buffer])[] = [
  ['gzip', (bytes) => gzipSync(bytes)],
  // As the command line of zstd does: with a checksum.
  ['zstd', (bytes) => zstdCompressSync(bytes, { params: { [constants.ZSTD_c_checksumFlag]: 1 } })],
];

describe.each(compressions)('a tar in %s', (_, compress) => {
  const parts = [compress(TAR.subarray(0, HALF)), compress(TAR.subarray(HALF))];

  it('gives the files of the tar', async () => {
    expect(await unpacked(compress(TAR))).toEqual(FILES);
  });

  it('may be in several parts, wherever they are cut on the way', async () => {
    const bytes = Buffer.concat(parts);

    for (let chunkBytes = 1; chunkBytes <= bytes.length; chunkBytes += 1)
      expect(await unpacked(chunksOf(bytes, chunkBytes))).toEqual(FILES);
  });

  it('is refused wherever it is cut off', async () => {
    const bytes = Buffer.concat(parts);

    for (let length = 4; length < bytes.length; length += 1)
      expect(await refusalOf(bytes.subarray(0, length))).toMatchObject({ code: 'ARCHIVE_INVALID' });
  });

  it('is refused when a byte of it is another', async () => {
    const bytes = compress(TAR);
    const damaged = Array.from({ length: bytes.length - 12 }, (__, at) => {
      const copy = Buffer.from(bytes);
      copy[at + 12] = (copy[at + 12] ?? 0) ^ 0x55;
      return copy;
    });

    const outcomes = await Promise.all(
      damaged.map((copy) =>
        unpacked(copy).then(
          () => 'files',
          ({ name }: Error) => name,
        ),
      ),
    );

    expect(new Set(outcomes)).toEqual(new Set(['ArchiveRefused']));
  });

  it('is refused when something follows it', async () => {
    const bytes = Buffer.concat([compress(TAR), Buffer.alloc(100_000, 'trash')]);

    expect((await refusalOf(bytes)).message).toContain('is damaged or cut off');
  });

  it('is refused when it holds no tar, and is not looked into twice', async () => {
    expect((await refusalOf(compress(Buffer.from('text')))).message).toContain('that is no tar');
    expect((await refusalOf(compress(compress(TAR)))).message).toContain('that is no tar');
  });

  it('is refused by name when it grows beyond measure', async () => {
    const bomb = compress(rawTar({ name: 'zeros', content: Buffer.alloc(20 * MIB) }));

    expect(await refusalOf(bomb)).toMatchObject({ entry: 'zeros', limit: 'maxRatio' });
    expect(await refusalOf(compress(Buffer.concat([TAR, Buffer.alloc(20 * MIB)])))).toMatchObject({
      limit: 'maxRatio',
    });
    expect(Object.keys(await unpacked(bomb, { maxRatio: 100_000 }))).toEqual(['zeros']);
  });

  it('is interrupted when its time is over', async () => {
    const hanging = followedByNothing(compress(TAR).subarray(0, 30));

    expect(await refusalOf(hanging, { maxSeconds: 0.02 })).toMatchObject({ limit: 'maxSeconds' });
  });
});

describe('the padding of a tape', () => {
  it.each([1_000, 37, 65_536])('after gzip is left in chunks of %i bytes', async (chunkBytes) => {
    const bytes = Buffer.concat([gzipSync(TAR), Buffer.alloc(100_000)]);

    expect(await unpacked(chunksOf(bytes, chunkBytes))).toEqual(FILES);
  });
});

describe('zstd', () => {
  it('may have frames that are to be skipped', async () => {
    const skipped = Buffer.from('502a4d180400000061626364', 'hex');
    const bytes = Buffer.concat([zstdCompressSync(TAR), skipped]);

    expect(await unpacked(bytes)).toEqual(FILES);
  });

  it('is refused when its window would take more memory than 128 MiB', async () => {
    const bytes = zstdCompressSync(TAR, {
      params: { [constants.ZSTD_c_windowLog]: 30, [constants.ZSTD_c_contentSizeFlag]: 0 },
    });

    // Behind the magic: no single segment, so that the window is as long as the next byte says.
    bytes[4] = (bytes[4] ?? 0) & ~0x20;
    bytes[5] = (30 - 10) << 3;

    expect((await refusalOf(bytes)).message).toContain('is damaged or cut off as zstd');
  });
});

async function* followedByNothing(start: Buffer): AsyncGenerator<Buffer> {
  yield start;
  await new Promise(() => {});
}
