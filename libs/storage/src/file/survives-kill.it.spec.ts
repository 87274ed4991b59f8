import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

import { describe, expect, it } from 'vitest';

import { arbitraryBlob } from '../contract/arbitrary-blob.ts';
import { get, put } from '../contract/started-store.ts';
import { FileBlobStore } from './file-blob-store.ts';

const SIZE = 3_000_000;
const TOMORROW = new Date(Date.now() + 86_400_000);

describe('FileBlobStore, killed', () => {
  it.each(['store.received', 'store.indexed'])(
    'at %s shows nothing, and takes the blob afterwards',
    async (failPoint) => {
      await using folder = await aFolder();
      const blob = arbitraryBlob(SIZE);

      await dieStoring(folder.path, failPoint);

      const store = await FileBlobStore.open(folder.path);
      expect(await store.stat(blob.digest)).toBeUndefined();
      expect(await store.readIndex(blob.digest)).toBeUndefined();
      expect(await store.sweep(TOMORROW)).toBe(1);
      expect(await readdir(join(folder.path, 'objects'))).toEqual([]);
      await put(store, blob, Buffer.from('index'));
      expect(blob.bytes.equals(await get(store, blob.digest))).toBe(true);
    },
  );

  it('at store.published has the whole blob with its index', async () => {
    await using folder = await aFolder();
    const blob = arbitraryBlob(SIZE);

    await dieStoring(folder.path, 'store.published');

    const store = await FileBlobStore.open(folder.path);
    expect(blob.bytes.equals(await get(store, blob.digest))).toBe(true);
    expect(Buffer.from((await store.readIndex(blob.digest)) ?? []).toString()).toBe('index');
    expect(await readdir(join(folder.path, 'objects'))).toEqual([]);
  });

  it('at every one of its fail points, all of which are tested here', async () => {
    const source = await readFile(join(import.meta.dirname, 'file-blob-store.ts'), 'utf8');
    const names = [...source.matchAll(/failPoint\('(.*)'\)/g)].map(([, name]) => name);

    expect(names).toEqual(['store.received', 'store.indexed', 'store.published']);
  });

  it('in the middle of a blob shows nothing, and its sweep removes the part', async () => {
    await using folder = await aFolder();

    await dieStoring(folder.path, 'in the middle');

    const store = await FileBlobStore.open(folder.path);
    expect(await store.stat(arbitraryBlob(SIZE).digest)).toBeUndefined();
    expect(await readdir(join(folder.path, 'objects'))).toHaveLength(1);
    expect(await store.sweep(TOMORROW)).toBe(1);
    expect(await readdir(join(folder.path, 'objects'))).toEqual([]);
  });
});

async function aFolder() {
  const path = await mkdtemp(join(tmpdir(), 'floe-killed-store-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true }) };
}

/** A process that stores the blob and dies there by SIGKILL. */
async function dieStoring(directory: string, where: string): Promise<void> {
  const program = `
    import { arbitraryBlob, chunked } from ${at('../contract/arbitrary-blob.ts')};
    import { FileBlobStore } from ${at('file-blob-store.ts')};
    const { bytes, digest } = arbitraryBlob(${SIZE});
    async function* source() {
      yield* chunked(bytes.subarray(0, ${SIZE / 2}), 65_536);
      if (${JSON.stringify(where)} === 'in the middle') process.kill(process.pid, 'SIGKILL');
      yield* chunked(bytes.subarray(${SIZE / 2}), 65_536);
    }
    const store = await FileBlobStore.open(${JSON.stringify(directory)});
    const received = await store.receive(source(), new AbortController().signal);
    await store.publish(received, digest, Buffer.from('index'));`;
  const flags = ['--no-warnings', '--experimental-transform-types', '--conditions=@floe/source'];
  const child = spawn(process.execPath, [...flags, '--input-type=module', '--eval', program], {
    cwd: import.meta.dirname,
    env: { FLOE_FAIL_POINT: where },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const [said, [, signal]] = await Promise.all([text(child.stderr), once(child, 'exit')]);
  if (signal !== 'SIGKILL') throw new Error(`not killed ${where}: ${said}`);
}

function at(file: string): string {
  return JSON.stringify(new URL(file, import.meta.url));
}
