import { describe, expect, it } from 'vitest';

import { END, GNU, paxRecord, type RawEntry, rawEntries, rawTar } from '../testing/raw-tar.ts';
import { refusalOf, unpacked } from '../testing/unpacked.ts';

const GIB = 1024 ** 3;

describe('a hostile tar', () => {
  it.each<[string, readonly RawEntry[]]>([
    ['is a symbolic link', [{ name: 'bad', type: '2', link: '/etc/passwd' }]],
    ['is a hard link', [{ name: 'bad', type: '1', link: 'a.bin' }]],
    ['is a character device', [{ name: 'bad', type: '3' }]],
    ['is a block device', [{ name: 'bad', type: '4' }]],
    ['is a FIFO', [{ name: 'bad', type: '6' }]],
    ['is a sparse file', [{ name: 'bad', type: 'S', magic: GNU }]],
    ['is a sparse file', [pax('GNU.sparse.major', '1'), { name: 'bad' }]],
    ['is a sparse file', [pax('GNU.sparse.map', '0,1'), { name: 'bad' }]],
    ['is a directory of an incremental dump', [{ name: 'bad', type: 'D', content: 'Ya\0' }]],
    ['is of the unknown type "Z"', [{ name: 'bad', type: 'Z' }]],
    ['is a directory with content', [{ name: 'bad', type: '5', content: 'x' }]],
    ['has a size that is not', [{ name: 'bad', size: Buffer.from('-0000000001\0') }]],
    ['has a size that is not', [{ name: 'bad', size: Buffer.from('99999999999\0') }]],
    ['has a size that is not', [{ name: 'bad', size: Buffer.alloc(12, 0xff) }]],
    ['has a size that is not', [pax('size', '-1'), { name: 'bad' }]],
    ['has a size that is not', [pax('size', '9'.repeat(40)), { name: 'bad' }]],
    ['bytes before its end', [{ name: 'bad', size: Buffer.from('77777777777\0') }]],
    ['has a NUL in its name', [pax('path', 'bad\0'), {}]],
    ['is an extended header of more', [{ name: 'bad', type: 'x', content: Buffer.alloc(300_000) }]],
    ['is an extended header of more', [{ name: 'bad', type: 'L', content: Buffer.alloc(300_000) }]],
  ])('%s: refused with the entry', async (reason, entries) => {
    const { code, entry, message } = await refusalOf(rawTar({ name: 'good' }, ...entries));

    expect(code).toBe('ARCHIVE_INVALID');
    expect(entry?.slice(0, 3)).toBe('bad');
    expect(message).toContain(reason);
  });

  it.each([
    ['../escape.txt'],
    ['a/../../b'],
    ['a/..'],
    ['/tmp/absolute.txt'],
    ['//a'],
    ['a\\b'],
    ['a\nb'],
    ['.wh.a'],
    ['dir/.wh..wh..opq'],
    ['e\u0301'],
    ['x'.repeat(256)],
    [`${'d/'.repeat(40)}a`],
    [`${'d'.repeat(250)}/`.repeat(5)],
  ])('has the path %j: refused with it', async (path) => {
    const tar = rawTar({ name: 'good' }, pax('path', path), { name: 'short' });

    expect(await refusalOf(tar)).toMatchObject({ code: 'PATH_INVALID', entry: path });
  });

  it('has a name in another encoding: refused with it', async () => {
    const tar = rawTar({ name: Buffer.from('caf\xe9', 'latin1') });

    expect(await refusalOf(tar)).toMatchObject({ code: 'PATH_INVALID', entry: 'caf\xe9' });
  });

  it.each<[string, readonly RawEntry[]]>([
    ['a/b', [{ name: 'a/b' }, { name: 'a/b' }]],
    ['./a//b', [{ name: 'a/b' }, { name: './a//b' }]],
    ['a/b/c', [{ name: 'a/b' }, { name: 'a/b/c' }]],
    ['a', [{ name: 'a/b' }, { name: 'a' }]],
    ['a/', [{ name: 'a' }, { name: 'a/', type: '5' }]],
    ['a', [{ name: 'a/', type: '5' }, { name: 'a' }]],
    ['a/b/', [{ name: 'a' }, { name: 'a/b/', type: '5' }]],
  ])('has the path %j twice: refused with it', async (entry, entries) => {
    expect(await refusalOf(rawTar(...entries))).toMatchObject({ code: 'PATH_TWICE', entry });
  });

  it.each<[string, Buffer]>([
    ['a broken record', rawTar({ type: 'x', content: '8 path=a\n' }, {})],
    ['a broken record', rawTar({ type: 'x', content: '0 path=a\n' }, {})],
    ['a broken record', rawTar({ type: 'x', content: 'path=a\n' }, {})],
    ['a broken record', rawTar({ type: 'g', content: '8 path-a\n' }, {})],
    ['extended headers for one entry', rawTar(...Array<RawEntry>(20).fill(pax('path', 'a')), {})],
    ['belongs to the next entry', rawTar(pax('path', 'a'))],
    ['no valid header at byte 512', Buffer.concat([rawEntries({}), Buffer.alloc(512, 'x'), END])],
    ['is none', Buffer.alloc(2_048, 'x')],
    ['is none', Buffer.of()],
  ])('%s: refused as a whole', async (reason, tar) => {
    const { code, message } = await refusalOf(tar);

    expect(code).toBe('ARCHIVE_INVALID');
    expect(message).toContain(reason);
  });

  it('cannot leave out its end, wherever it is cut', async () => {
    const tar = rawTar(
      { name: 'd/', type: '5' },
      pax('path', 'd/a'),
      { name: 'a', content: 'x'.repeat(1_300) },
      { name: '././@LongLink', type: 'L', content: 'long\0', magic: GNU },
      { name: 'b', content: 'y' },
    );
    const end = tar.length - END.length;

    const atBlocks = Array.from({ length: tar.length / 512 }, (_, block) => block * 512);
    const lengths = atBlocks.flatMap((at) => [at, at + 1, at + 511]);

    for (const length of lengths.filter((bytes) => bytes < end + 512))
      expect(await refusalOf(tar.subarray(0, length))).toMatchObject({ code: 'ARCHIVE_INVALID' });
    for (const length of lengths.filter((bytes) => bytes >= end + 512))
      expect(Object.keys(await unpacked(tar.subarray(0, length)))).toEqual(['d/a', 'long']);
  });

  it.each([
    ['maxEntries', 2, [{ name: 'a/b/c' }], 'a'],
    ['maxEntries', 2, [{ name: 'a' }, { name: 'b/', type: '5' }, { name: 'c' }], 'c'],
    [
      'maxFileBytes',
      4,
      [
        { name: 'a', content: '1234' },
        { name: 'b', content: '12345' },
      ],
      'b',
    ],
    [
      'maxBytes',
      8,
      [
        { name: 'a', content: '1234' },
        { name: 'b', content: '12345' },
      ],
      'b',
    ],
    ['maxNameBytes', 5, [{ name: 'abc' }, { name: 'def' }], 'def'],
  ] as const)('is above %s: refused with entry and limit', async (limit, most, entries, entry) => {
    const refusal = await refusalOf(rawTar(...entries), { [limit]: most });

    expect(refusal).toMatchObject({ code: 'ARCHIVE_LIMIT', entry, limit });
    expect(refusal.message).toContain(`the limit of ${most} bytes`.replace(/ bytes$/, ''));
  });

  it('claims more than the limit: refused before it is sent', async () => {
    const size = Buffer.from('77777777777\0');
    const endless = followedByZeros(rawEntries({ name: 'huge', size }));

    expect(await refusalOf(endless, { maxFileBytes: GIB })).toMatchObject({ entry: 'huge' });
    expect(await endless.next()).toMatchObject({ value: Buffer.alloc(65_536) });
  });

  it('goes on without end after its end: refused', async () => {
    const endless = followedByZeros(rawTar({ name: 'a' }));

    expect(await refusalOf(endless, { maxBytes: 10_000_000 })).toMatchObject({
      limit: 'maxBytes',
    });
  });

  it('stops in its middle: refused when its time is over', async () => {
    const hanging = followedByNothing(rawEntries({ name: 'slow', content: 'x' }));

    expect(await refusalOf(hanging, { maxSeconds: 0.02 })).toMatchObject({
      entry: 'slow',
      limit: 'maxSeconds',
    });
  });
});

async function* followedByZeros(start: Buffer): AsyncGenerator<Buffer> {
  yield start;
  for (;;) yield Buffer.alloc(65_536);
}

async function* followedByNothing(start: Buffer): AsyncGenerator<Buffer> {
  yield start;
  await new Promise(() => {});
}

function pax(keyword: string, value: string): RawEntry {
  return { name: 'pax', type: 'x', content: paxRecord(keyword, value) };
}
