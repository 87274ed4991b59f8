import { deflateRawSync } from 'node:zlib';

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { type RawZipEnd, type RawZipEntry, rawZip } from '../testing/raw-zip.ts';
import { chunksOf, refusalOf, unpacked } from '../testing/unpacked.ts';

const MIB = 1024 ** 2;
const SYMLINK = 0o120777;
const TEXT = 'content '.repeat(100);
const ENTRIES: readonly RawZipEntry[] = [
  { name: 'd/' },
  { name: 'd/a', content: TEXT },
  { name: './b', content: TEXT, method: 0 },
  { name: 'empty/' },
  { name: 'c', method: 0 },
];
const FILES = { 'd/a': TEXT, b: TEXT, c: '', empty: undefined };

describe('a zip', () => {
  it.each([1, 64, 65_536])('gives its files, sent in chunks of %i bytes', async (chunkBytes) => {
    expect(await unpacked(chunksOf(rawZip(ENTRIES), chunkBytes))).toEqual(FILES);
  });

  it('may have its directory in another order than its files', async () => {
    const [one, other] = [
      { content: 'x', name: 'x' },
      { content: 'yy', name: 'y' },
    ] as const;
    const zip = rawZip([one, other]);
    const directory = zip.subarray(zip.readUInt32LE(zip.length - 6), -22);
    const half = directory.length / 2;

    Buffer.concat([directory.subarray(half), directory.subarray(0, half)]).copy(directory);

    expect(await unpacked(zip)).toEqual({ x: 'x', y: 'yy' });
  });

  it('may have files of which its writer says that they are files', async () => {
    const zip = rawZip([{ mode: 0o100644 }, { name: 'd/', mode: 0o040755 }]);

    expect(await unpacked(zip)).toEqual({ 'a.bin': '', d: undefined });
  });
});

describe('a hostile zip', () => {
  it.each<[string, RawZipEntry]>([
    ['is a symbolic link', { mode: SYMLINK, content: '/etc/passwd' }],
    ['is neither a file nor a directory', { mode: 0o010644 }],
    ['is encrypted', { flags: 1 }],
    ['is encrypted', { flags: 0x2000 }],
    ['is packed by the method 12', { method: 12, packed: Buffer.from('x') }],
    ['is a directory with content', { name: 'bad/', content: 'x' }],
    ['has a NUL in its name', { name: 'bad\0' }],
    ['has another checksum', { content: 'x', crc: 1 }],
    ['has another checksum', { content: 'x', crc: 1, method: 0 }],
    ['has another size', { content: 'x', sizeBytes: 2 }],
    ['has another size', { content: 'xyz', sizeBytes: 2 }],
    ['has another size', { content: 'x', sizeBytes: 2, method: 0 }],
    ['is damaged', { content: 'x', packed: Buffer.from('trash') }],
    ['is damaged', { content: TEXT, packed: deflateRawSync(TEXT).subarray(0, 5) }],
    ['is followed by other bytes', { content: 'x', packed: withTail(deflateRawSync('x')) }],
    ['another entry in its own header', { central: { name: 'BAD' } }],
    ['another entry in its own header', { central: { method: 0 } }],
    ['another entry in its own header', { central: { crc: 1 } }],
    ['another entry in its own header', { central: { sizeBytes: 7 } }],
    ['overlaps with the entry before', { central: { offset: 3 } }],
    ['is not where the directory says', { central: { offset: 1_000_000 } }],
    ['another entry in its own header', { central: { packedBytes: 1_000_000 } }],
    ['reaches into the directory', { packedBytes: 1_000_000 }],
    ['has sizes that are no numbers', { central: { sizeBytes: 0xffff_ffff } }],
  ])('%s: refused with the entry', async (reason, entry) => {
    const refusal = await refusalOf(rawZip([{ name: 'good' }, { name: 'bad', ...entry }]));

    expect(refusal.code).toBe('ARCHIVE_INVALID');
    expect(refusal.entry?.slice(0, 3).toLowerCase()).toBe('bad');
    expect(refusal.message).toContain(reason);
  });

  it.each([['../x'], ['/x'], ['a/../../x'], ['C:\\x'], ['.wh.x']])(
    'has the path %j: refused with it',
    async (name) => {
      expect(await refusalOf(rawZip([{ name }]))).toMatchObject({
        code: 'PATH_INVALID',
        entry: name,
      });
    },
  );

  it.each<[string, RawZipEnd]>([
    ['has no room for', { entries: 60_000 }],
    ['more in its directory', { entries: 1 }],
    ['directory elsewhere', { start: 1 }],
    ['directory elsewhere', { start: 0xffff_ffff }],
    ['directory elsewhere', { sizeBytes: 1 }],
    ['several volumes', { disk: 1 }],
  ])('%s: refused as a whole', async (reason, end) => {
    expect((await refusalOf(rawZip([{ name: 'a' }, { name: 'b' }], end))).message).toContain(
      reason,
    );
  });

  it('has entries that share their bytes: refused', async () => {
    const shared = rawZip([
      { name: 'a', content: 'x' },
      { name: 'a', content: 'x', central: { offset: 0 } },
    ]);
    const inner = rawZip([{ name: 'inner', content: 'x', method: 0 }]);
    const within = rawZip([
      { name: 'outer', content: inner, method: 0 },
      { name: 'inner', content: 'x', method: 0, central: { offset: 35 } },
    ]);

    expect((await refusalOf(shared)).message).toContain('overlaps');
    expect((await refusalOf(within)).message).toContain('overlaps');
  });

  it('has a path twice: refused with it', async () => {
    expect(await refusalOf(rawZip([{ name: 'a' }, { name: './a' }]))).toMatchObject({
      code: 'PATH_TWICE',
      entry: './a',
    });
  });

  it('grows beyond measure, at once or bit by bit: refused before it is inflated', async () => {
    expect(await refusalOf(zeros(1, 20 * MIB))).toMatchObject({ limit: 'maxRatio' });
    expect(await refusalOf(zeros(20, MIB))).toMatchObject({ limit: 'maxRatio', entry: 'zeros-10' });
  });

  it.each([
    ['maxEntries', 1],
    ['maxFileBytes', 3],
    ['maxBytes', 7],
    ['maxNameBytes', 1],
  ] as const)('is above %s: refused with the limit', async (limit, most) => {
    const zip = rawZip([
      { name: 'a', content: '1234' },
      { name: 'b', content: '1234' },
    ]);

    expect(await refusalOf(zip, { [limit]: most })).toMatchObject({ code: 'ARCHIVE_LIMIT', limit });
  });

  it('is refused wherever it is cut off, and with anything behind it', async () => {
    const zip = rawZip(ENTRIES);

    for (let length = 4; length < zip.length; length += 1)
      expect(await refusalOf(zip.subarray(0, length))).toMatchObject({ code: 'ARCHIVE_INVALID' });
    expect((await refusalOf(withTail(zip))).message).toContain('behind its end');
  });

  it('ends as files or as a refusal, whatever its bytes are', async () => {
    const zip = rawZip(ENTRIES);
    const bytes = fc.uint8Array({ minLength: 1, maxLength: 5 });
    const edit = fc.record({ at: fc.nat(zip.length - 1), bytes });

    await fc.assert(
      fc.asyncProperty(fc.array(edit, { minLength: 1, maxLength: 4 }), async (edits) => {
        const copy = Buffer.from(zip);
        for (const { at, bytes: other } of edits) copy.set(other.subarray(0, zip.length - at), at);
        const outcome: unknown = await unpacked(copy).catch((error: unknown) => error);
        expect(outcome instanceof Error ? outcome.name : 'files').toMatch(
          /^(files|ArchiveRefused)$/,
        );
      }),
      { numRuns: 400 },
    );
  });
});

function zeros(count: number, sizeBytes: number): Buffer {
  const content = Buffer.alloc(sizeBytes);
  return rawZip(Array.from({ length: count }, (_, index) => ({ name: `zeros-${index}`, content })));
}

function withTail(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, Buffer.from('tail')]);
}
