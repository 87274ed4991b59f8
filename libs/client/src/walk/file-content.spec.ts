import { truncate, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { temporaryFolder } from '../testing/index.ts';
import { openContent } from './file-content.ts';
import type { LocalItem } from './local-file.ts';
import { walk } from './walk.ts';

describe('the content of a file', () => {
  it.each([7, 400_000, 2_500_000])('is the %i bytes that the walk saw', async (sizeBytes) => {
    const content = Buffer.alloc(sizeBytes, 'abc');
    await using folder = await temporaryFolder({ 'a.bin': content });

    const [item] = (await walk(folder.path)).items;

    expect(item && (await contentOf(item)).equals(content)).toBe(true);
  });

  it.each([
    ['shorter', async (path: string) => await truncate(path, 3)],
    ['longer', async (path: string) => await writeFile(path, 'more than before')],
    ['as long', async (path: string) => await writeFile(path, 'other')],
    ['touched', async (path: string) => await utimes(path, new Date(0), new Date(0))],
  ])('fails when the file became %s', async (_, change) => {
    await using folder = await temporaryFolder({ 'a.bin': 'bytes' });
    const [item] = (await walk(folder.path)).items;

    await change(join(folder.path, 'a.bin'));

    await expect(item && contentOf(item)).rejects.toMatchObject({
      code: 'FILE_CHANGED',
      path: 'a.bin',
    });
  });

  it.each([5_000, 3_000_000])(
    'fails when a file of %i bytes changes while it is read',
    async (sizeBytes) => {
      await using folder = await temporaryFolder({ 'a.bin': Buffer.alloc(sizeBytes) });
      const [item] = (await walk(folder.path)).items;

      const changing = async (): Promise<void> =>
        await writeFile(join(folder.path, 'a.bin'), Buffer.alloc(sizeBytes, 1));

      await expect(item && contentOf(item, changing)).rejects.toMatchObject({
        code: 'FILE_CHANGED',
      });
    },
  );

  it('stops at a pointer of Git LFS and says what to run', async () => {
    const pointer = 'version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 5\n';
    await using folder = await temporaryFolder({ 'w/model.bin': pointer });
    const [item] = (await walk(folder.path)).items;

    await expect(item && contentOf(item)).rejects.toMatchObject({
      code: 'LFS_POINTER',
      path: 'w/model.bin',
      hint: expect.stringContaining('git lfs pull') as string,
    });
  });
});

/** Reads as far as the walk saw bytes, with something else done after the first of them. */
async function contentOf(item: LocalItem, meanwhile?: () => Promise<void>): Promise<Buffer> {
  const content = await openContent(item);
  try {
    const bytes = Buffer.alloc(item.sizeBytes);
    for (let at = 0; at < bytes.length;) {
      at += await content.read(bytes.subarray(at, at + 100_000));
      await meanwhile?.();
    }
    await content.end();
    return bytes;
  } finally {
    await content.close();
  }
}
