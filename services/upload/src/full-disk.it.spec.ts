import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { startPostgres } from '@floe/testing';
import { describe, expect, it } from 'vitest';

import { aTar, chunked, layersOf } from './test-models.ts';
import { BUILDS, MIB, TestUploads } from './test-uploads.ts';

const run = promisify(execFile);
const big = { 'w.bin': Buffer.alloc(12 * MIB, 'floe') };
const small = Object.fromEntries(
  Array.from({ length: 6 }, (_, n) => [`${n}.bin`, Buffer.alloc(2 * MIB, `floe ${n}`)]),
);

// Only root may mount; the specs of the store and of the spool take the limit of a process for the disk elsewhere.
describe.runIf(process.getuid?.() === 0)('on a full disk', () => {
  it.each([
    ['a big file of an archive', big],
    ['small files of an archive', small],
  ])(
    '%s is refused with 507, leaves nothing, and is taken when there is room',
    async (_, model) => {
      await using disk = await mountDisk(32);
      await using upload = await TestUploads.start(await startPostgres(), { folder: disk.path });
      await using tar = await aTar(model);
      const other = join(disk.path, 'of somebody else');
      await writeFile(other, Buffer.alloc(24 * MIB));

      const refused = await upload.sendFile(tar.path, 'application/x-tar');
      const kept = [...(await upload.stored()), ...(await upload.spooled())];
      await rm(other);
      const taken = await upload.sendFile(tar.path, 'application/x-tar');

      expect(refused).toMatchObject({ status: 507, json: { code: 'STORE_FULL' } });
      expect(kept).toEqual([]);
      expect(taken).toMatchObject({ status: 202, json: { state: 'received' } });
      expect(await upload.layers()).toEqual(await layersOf(model));
    },
  );

  it('one file is refused with 507, with and without a length, and others go on', async () => {
    await using disk = await mountDisk(8);
    await using upload = await TestUploads.start(await startPostgres(), { folder: disk.path });
    const path = `${BUILDS}?filename=w.bin`;

    const [known, unknown, fits] = [
      await upload.send(path, big['w.bin']),
      await upload.send(path, chunked(big['w.bin'])),
      await upload.send(path, Buffer.alloc(MIB)),
    ];

    expect([known.status, unknown.status, fits.status]).toEqual([507, 507, 202]);
    expect(await upload.count('build')).toBe(1);
  });
});

async function mountDisk(mib: number) {
  const path = await mkdtemp(join(tmpdir(), 'floe-full-disk-'));
  await run('mount', ['-t', 'tmpfs', '-o', `size=${mib}m`, 'tmpfs', path]);
  return {
    path,
    async [Symbol.asyncDispose]() {
      await run('umount', [path]);
      await rm(path, { recursive: true });
    },
  };
}
