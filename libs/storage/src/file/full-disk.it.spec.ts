import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { describe, expect, it } from 'vitest';

import { arbitraryBlob, chunked } from '../contract/arbitrary-blob.ts';
import { get, never, put } from '../contract/started-store.ts';
import { StoreFull } from '../errors.ts';
import { partRange } from '../part-uploads.ts';
import { FileBlobStore } from './file-blob-store.ts';

const run = promisify(execFile);

const MIB = 1024 * 1024;

describe('FileBlobStore on a full disk', () => {
  // Only root may mount; the limit of a process, below, stands for the disk elsewhere.
  it.runIf(process.getuid?.() === 0)(
    'says StoreFull, leaves nothing, and goes on when there is room',
    async () => {
      await using disk = await mountDisk();
      const store = await FileBlobStore.open(disk.path);
      const [first, second] = [arbitraryBlob(5 * MIB, 1), arbitraryBlob(5 * MIB, 2)];
      await put(store, first);

      await expect(put(store, second)).rejects.toThrow(StoreFull);

      expect(await readdir(join(disk.path, 'objects'))).toEqual([]);
      expect(await store.stat(second.digest)).toBeUndefined();
      expect(first.bytes.equals(await get(store, first.digest))).toBe(true);
      await put(store, arbitraryBlob(1 * MIB, 3), Buffer.from('index'));
      await expect(
        store.publish(await aReceived(store), second.digest, Buffer.alloc(4 * MIB)),
      ).rejects.toThrow(StoreFull);
      expect(await store.stat(second.digest)).toBeUndefined();
      await rm(join(disk.path, 'blobs'), { recursive: true });
      await put(await FileBlobStore.open(disk.path), second);
    },
  );

  it.runIf(process.getuid?.() === 0)(
    'says StoreFull for a part, keeps the parts that it has, and goes on when there is room',
    async () => {
      await using disk = await mountDisk();
      const store = await FileBlobStore.open(disk.path);
      const blob = arbitraryBlob(6 * MIB, 1);
      await put(store, arbitraryBlob(4 * MIB, 2));
      const upload = await store.parts.open(blob.bytes.length, 2 * MIB);
      const write = (number: number): Promise<void> => {
        const { start, end } = partRange(upload, number);
        const bytes = chunked(blob.bytes.subarray(start, end), 65_536);
        return store.parts.write(upload, { number, bytes, crc32: 0 }, never);
      };

      await write(2);
      await expect(write(1).then(() => write(3))).rejects.toThrow(StoreFull);
      await rm(join(disk.path, 'blobs'), { recursive: true });
      await write(1);
      await write(3);

      const reopened = await FileBlobStore.open(disk.path);
      await reopened.publish(await reopened.parts.finish(upload), blob.digest);
      expect(blob.bytes.equals(await get(reopened, blob.digest))).toBe(true);
    },
  );

  it('says StoreFull at the limit of a process, and leaves nothing', async () => {
    await using folder = await aFolder();
    const program = `
      import { FileBlobStore } from ${JSON.stringify(new URL('file-blob-store.ts', import.meta.url))};
      const store = await FileBlobStore.open(${JSON.stringify(folder.path)});
      async function* source() {
        for (let piece = 0; piece < 64; piece += 1) yield Buffer.alloc(100_000);
      }
      await store.receive(source(), new AbortController().signal).catch((error) => console.log(error.name));`;
    const flags = `--no-warnings --experimental-transform-types --conditions=@floe/source`;
    const limited = `trap '' XFSZ; ulimit -f 4096; exec "$0" ${flags} --input-type=module --eval "$1"`;

    const { stdout } = await run('sh', ['-c', limited, process.execPath, program], {
      cwd: import.meta.dirname,
    });

    expect(stdout).toBe('StoreFull\n');
    expect(await readdir(join(folder.path, 'objects'))).toEqual([]);
  });
});

async function aReceived(store: FileBlobStore) {
  return store.receive(chunked(Buffer.from('a few bytes'), 1), never);
}

async function aFolder() {
  const path = await mkdtemp(join(tmpdir(), 'floe-full-disk-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true }) };
}

/** A disk of 8 MiB. */
async function mountDisk() {
  const path = await mkdtemp(join(tmpdir(), 'floe-full-disk-'));
  await run('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', path]);
  return {
    path,
    async [Symbol.asyncDispose]() {
      await run('umount', [path]);
      await rm(path, { recursive: true });
    },
  };
}
