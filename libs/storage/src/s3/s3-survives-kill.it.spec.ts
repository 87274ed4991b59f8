import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

import { hasMinio, makeBucket, type Minio, startMinio } from '@floe/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { arbitraryBlob } from '../contract/arbitrary-blob.ts';
import { get, put } from '../contract/started-store.ts';
import { S3BlobStore } from './s3-blob-store.ts';

const SIZE = 20_000_000;
const YESTERDAY = new Date(Date.now() - 86_400_000);
const TOMORROW = new Date(Date.now() + 86_400_000);

describe.runIf(hasMinio())('S3BlobStore, killed', () => {
  let minio: Minio;
  beforeAll(async () => {
    minio = await startMinio();
  }, 120_000);
  afterAll(() => minio[Symbol.asyncDispose]());

  it.each(['in the middle', 's3-store.received', 's3-store.indexed'])(
    'at %s shows nothing, and takes the blob afterwards',
    async (where) => {
      const bucket = await aBucket(minio);
      const blob = arbitraryBlob(SIZE);

      await dieStoring(bucket.url, minio, where);

      expect(await bucket.store.stat(blob.digest)).toBeUndefined();
      expect(await bucket.store.sweep(YESTERDAY)).toBe(0);
      expect(await bucket.store.sweep(TOMORROW)).toBe(1);
      expect(await bucket.names()).toEqual([]);
      await put(bucket.store, blob, Buffer.from('index'));
      expect(blob.bytes.equals(await get(bucket.store, blob.digest))).toBe(true);
    },
  );

  it('at s3-store.published has the whole blob, which no sweep touches', async () => {
    const bucket = await aBucket(minio);
    const blob = arbitraryBlob(SIZE);

    await dieStoring(bucket.url, minio, 's3-store.published');

    expect(await bucket.store.sweep(TOMORROW)).toBe(0);
    expect(blob.bytes.equals(await get(bucket.store, blob.digest))).toBe(true);
    expect(Buffer.from((await bucket.store.readIndex(blob.digest)) ?? []).toString()).toBe('index');
    expect((await bucket.names()).filter((name) => name.startsWith('received/'))).toEqual([]);
  });

  it('at every one of its fail points, all of which are tested here', async () => {
    const source = await readFile(join(import.meta.dirname, 's3-blob-store.ts'), 'utf8');
    const names = [...source.matchAll(/failPoint\('(.*)'\)/g)].map(([, name]) => name);

    expect(names).toEqual(['s3-store.received', 's3-store.indexed', 's3-store.published']);
  });
});

async function aBucket(server: Minio) {
  const { storeUrl, names } = await makeBucket(server, `killed-${randomUUID()}`);
  const { accessKey, secretKey } = server;
  return { url: storeUrl, store: S3BlobStore.at(storeUrl, { accessKey, secretKey }), names };
}

/** A process that stores the blob and dies there by SIGKILL. */
async function dieStoring(url: string, minio: Minio, where: string): Promise<void> {
  const { accessKey, secretKey } = minio;
  const program = `
    import { arbitraryBlob, chunked } from ${at('../contract/arbitrary-blob.ts')};
    import { S3BlobStore } from ${at('s3-blob-store.ts')};
    const { bytes, digest } = arbitraryBlob(${SIZE});
    async function* source() {
      yield* chunked(bytes.subarray(0, ${SIZE - 1}), 65_536);
      if (${JSON.stringify(where)} === 'in the middle') process.kill(process.pid, 'SIGKILL');
      yield bytes.subarray(${SIZE - 1});
    }
    const store = S3BlobStore.at(${JSON.stringify(url)}, ${JSON.stringify({ accessKey, secretKey })});
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
