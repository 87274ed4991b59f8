import { statSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { temporaryFolder } from '../testing/index.ts';
import { FileStats } from './file-stats.ts';

const names = Array.from({ length: 100 }, (_, at) => `file-${at}`);

describe.each([
  ['that answers at once', Infinity],
  ['that is slow', -1],
])('the stats of files on a disk %s', (_, slowMs) => {
  it('are those of the file system, in their order', async () => {
    await using folder = await temporaryFolder(
      Object.fromEntries(names.map((name, at) => [name, 'x'.repeat(at)])),
    );
    const files = names.map((name) => ({ local: join(folder.path, name), path: name }));

    const stats = await new FileStats(slowMs).of(files);

    expect(stats.map(({ ino, size }) => [ino, size])).toEqual(
      files.map(({ local }) => {
        const { ino, size } = statSync(local, { bigint: true });
        return [ino, size];
      }),
    );
  });

  it('name the file that is not there', async () => {
    await using folder = await temporaryFolder(Object.fromEntries(names.map((n) => [n, ''])));
    const files = [...names, 'gone'].map((name) => ({
      local: join(folder.path, name),
      path: `model/${name}`,
    }));

    await expect(new FileStats(slowMs).of(files)).rejects.toMatchObject({
      code: 'NOT_FOUND',
      path: 'model/gone',
    });
  });
});
