import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { refusalOf } from './testing/unpacked.ts';

describe('hostile archives', () => {
  it('tar-lying-size.tar claims 8 GiB', async () => {
    expect(await refusalOf(await fixture('tar-lying-size.tar'))).toMatchObject({
      code: 'ARCHIVE_INVALID',
      entry: 'huge.bin',
    });
  });

  it('tar-path-traversal.tar.gz leaves its folder', async () => {
    const tar = await fixture('tar-path-traversal.tar.gz');

    expect(await refusalOf(tar)).toMatchObject({ code: 'PATH_INVALID', entry: '../escape.txt' });
  });
});

function fixture(name: string): Promise<Buffer> {
  return readFile(join(import.meta.dirname, '../fixtures', name));
}
