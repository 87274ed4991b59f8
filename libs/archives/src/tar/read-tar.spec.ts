import { describe, expect, it } from 'vitest';

import { END, GNU, paxRecord, type RawEntry, rawEntries, rawTar } from '../testing/raw-tar.ts';
import { chunksOf, unpacked } from '../testing/unpacked.ts';

describe('a tar', () => {
  it('gives its files, and the directories in which nothing is', async () => {
    const tar = rawTar(
      { name: './', type: '5' },
      { name: './full/', type: '5' },
      { name: './full/a.bin', content: 'content' },
      { name: './empty/', type: '5' },
      { name: './empty/deeper', type: '5' },
      { name: 'b.bin' },
    );

    expect(await unpacked(tar)).toEqual({
      'full/a.bin': 'content',
      'empty/deeper': undefined,
      'b.bin': '',
    });
  });

  it.each([1, 511, 513, 4_096])('is the same in chunks of %i bytes', async (chunkBytes) => {
    const tar = rawTar({ name: 'a', content: 'x'.repeat(1_300) }, { name: 'b/c', content: 'y' });

    expect(await unpacked(chunksOf(tar, chunkBytes))).toEqual({ a: 'x'.repeat(1_300), 'b/c': 'y' });
  });

  it.each<[string, string, readonly RawEntry[]]>([
    ['a ustar prefix', 'long/name', [{ name: 'name', prefix: 'long' }]],
    [
      'what GNU tar has in the place of the prefix',
      'name',
      [{ name: 'name', prefix: '1', magic: GNU }],
    ],
    ['the form before ustar', 'a', [{ name: 'a', magic: '', type: '\0' }]],
    ['a contiguous file', 'a', [{ name: 'a', type: '7' }]],
    ['a long name of GNU', 'é'.repeat(120), [gnuName('é'.repeat(120)), { name: 'cut' }]],
    ['a long link of GNU for a file', 'a', [{ ...gnuName('x'), type: 'K' }, { name: 'a' }]],
    ['a pax path', 'ü/a', [pax(['path', 'ü/a']), { name: 'other' }]],
    [
      'a pax path with "=" and a line',
      'a=b',
      [pax(['comment', 'x\n1 path=y\n'], ['path', 'a=b']), {}],
    ],
    ['a global pax path', 'a', [pax(['path', 'a'], 'g'), { name: 'other' }]],
    ['a pax path over a global one', 'b', [pax(['path', 'a'], 'g'), pax(['path', 'b']), {}]],
    [
      'a global pax path taken back',
      'c',
      [pax(['path', 'a'], 'g'), pax(['path', '']), { name: 'c' }],
    ],
    [
      'other pax records',
      'a',
      [pax(['SCHILY.xattr.user.x', '\0=\n'], ['mtime', '1.5']), { name: 'a' }],
    ],
    ['parts that say nothing', 'a/b', [{ name: './/a/.//b' }]],
    ['a name that fills its field', 'x'.repeat(100), [{ name: 'x'.repeat(100) }]],
  ])('may have %s', async (_, path, entries) => {
    expect(await unpacked(rawTar(...entries))).toEqual({ [path]: '' });
  });

  it.each([
    ['octal with a space', Buffer.from('0000000005 \0')],
    ['octal with spaces before', Buffer.from('         5\0\0')],
    ['octal that fills the field', Buffer.from('000000000005')],
    ['octal with other bytes after its NUL', Buffer.from('5\0trash trash')],
    ['base 256', Buffer.from('80000000000000000000 0005'.replace(' ', ''), 'hex')],
  ])('may write a size as %s', async (_, size) => {
    expect(await unpacked(rawTar({ name: 'a', content: 'abcde', size }))).toEqual({ a: 'abcde' });
  });

  it('may have a size in a pax header', async () => {
    const size = Buffer.alloc(12);

    const tar = rawTar(pax(['size', '5']), { name: 'a', content: 'abcde', size }, { name: 'b' });

    expect(await unpacked(tar)).toEqual({ a: 'abcde', b: '' });
  });

  it.each([
    ['nothing', Buffer.of()],
    ['zeros', Buffer.alloc(9_216)],
    ['another archive', rawTar({ name: 'b' })],
    ['trash', Buffer.from('trash')],
  ])('may be followed by %s', async (_, rest) => {
    expect(await unpacked(Buffer.concat([rawTar({ name: 'a' }), rest]))).toEqual({ a: '' });
  });

  it('ends at its first block of zeros, as for GNU tar', async () => {
    const tar = Buffer.concat([
      rawEntries({ name: 'a' }),
      END.subarray(512),
      rawTar({ name: 'b' }),
    ]);

    expect(await unpacked(tar)).toEqual({ a: '' });
  });

  it('may name a directory twice', async () => {
    const directory = { name: 'd/', type: '5' };

    expect(await unpacked(rawTar(directory, { name: 'd/a' }, directory))).toEqual({ 'd/a': '' });
  });

  it('may be empty', async () => {
    expect(await unpacked(rawTar({ name: './', type: '5' }))).toEqual({});
  });
});

/** A header of GNU for the next entry. */
function gnuName(name: string): RawEntry {
  return { name: '././@LongLink', type: 'L', content: `${name}\0`, magic: GNU };
}

function pax(...records: readonly (readonly [string, string] | 'g')[]): RawEntry {
  const content = records.map((record) => (record === 'g' ? '' : paxRecord(...record))).join('');
  return { name: 'pax', type: records.includes('g') ? 'g' : 'x', content };
}
