import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { refusalOf, unpacked } from './testing/unpacked.ts';

describe('a hostile archive is refused with its fault', () => {
  it.each([
    ['tar-lying-size.tar', { code: 'ARCHIVE_INVALID', entry: 'huge.bin' }],
    ['tar-path-traversal.tar.gz', { code: 'PATH_INVALID', entry: '../escape.txt' }],
    ['zip-bomb.keras', { code: 'ARCHIVE_LIMIT', entry: 'config.json', limit: 'maxRatio' }],
    ['zip-duplicate-entries.keras', { code: 'PATH_TWICE', entry: 'config.json' }],
    ['zip-encrypted-flag.pt', { code: 'ARCHIVE_INVALID', reason: 'is encrypted' }],
    ['zip-local-central-mismatch.pt', { code: 'ARCHIVE_INVALID' }],
    ['zip-lying-directory-offset.pt', { code: 'ARCHIVE_INVALID' }],
    ['zip-lying-entry-count.pt', { code: 'ARCHIVE_INVALID' }],
    ['zip-lying-sizes.pt', { code: 'ARCHIVE_INVALID' }],
    ['zip-path-traversal.pt', { code: 'PATH_INVALID' }],
  ])('%s', async (name, fault) => {
    expect(await refusalOf(await fixture(name))).toMatchObject(fault);
  });
});

describe('an archive that is strange and harmless is taken', () => {
  it('zip-nested-40.zip: what is in it is one file', async () => {
    expect(Object.keys(await unpacked(await fixture('zip-nested-40.zip')))).toHaveLength(1);
  });

  it('empty-zip.keras: no file', async () => {
    expect(await unpacked(await fixture('empty-zip.keras'))).toEqual({});
  });
});

function fixture(name: string): Promise<Buffer> {
  return readFile(join(import.meta.dirname, '../fixtures', name));
}
