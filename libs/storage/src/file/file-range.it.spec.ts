import { once } from 'node:events';
import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';

import { describe, expect, it } from 'vitest';

import { BlobDamaged } from '../errors.ts';
import { FileRange } from './file-range.ts';

describe('FileRange', () => {
  it('fails when the file ends before the range does', async () => {
    await using file = await aFile(1_000_000);

    const reading = new FileRange(file.path, { start: 10, end: 1_000_001 });

    await expect(buffer(reading)).rejects.toThrow(BlobDamaged);
  });

  it('fails when the file is cut while it is read', async () => {
    await using file = await aFile(2_000_000);

    const reading = new FileRange(file.path, { start: 0, end: 2_000_000 });
    await once(reading, 'readable');
    await truncate(file.path, 1_000_000);

    await expect(buffer(reading)).rejects.toThrow(BlobDamaged);
  });

  it('fails when there is no file', async () => {
    await using file = await aFile(1);

    const reading = new FileRange(`${file.path}.missing`, { start: 0, end: 1 });

    await expect(buffer(reading)).rejects.toThrow('ENOENT');
  });

  it('can be given up at any moment', async () => {
    await using file = await aFile(2_000_000);
    const readings = Array.from(
      { length: 200 },
      () => new FileRange(file.path, { start: 0, end: 2_000_000 }),
    );

    await Promise.all(
      readings.map(async (reading, at) => {
        for (let turn = 0; turn < at % 7; turn += 1) await reading[Symbol.asyncIterator]().next();
        reading.destroy();
      }),
    );

    expect(await buffer(new FileRange(file.path, { start: 1, end: 4 }))).toEqual(
      Buffer.from('aaa'),
    );
  });
});

async function aFile(sizeBytes: number) {
  const folder = await mkdtemp(join(tmpdir(), 'floe-range-'));
  const path = join(folder, 'file');
  await writeFile(path, 'a'.repeat(sizeBytes));
  return { path, [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) };
}
