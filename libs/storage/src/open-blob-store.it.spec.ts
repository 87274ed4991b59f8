import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { describe, expect, it } from 'vitest';

import { openBlobStore } from './open-blob-store.ts';

const KEYS = { accessKey: 'ada', secretKey: 'not to be told' };

describe('openBlobStore', () => {
  it.each([(path: string) => `file:${path}`, (path: string) => pathToFileURL(path).href])(
    'opens a folder',
    async (urlOf) => {
      await using folder = await aFolder();

      const store = await openBlobStore(urlOf(folder.path));

      expect(store.describe()).toBe(`file:${folder.path}`);
    },
  );

  it('opens a bucket, whose description has no secrets', async () => {
    const url = 's3://models?endpoint=https://s3.example.com:9000&region=eu-1&pathStyle=true';

    const store = await openBlobStore(url, KEYS);

    expect(store.describe()).toBe('s3://models at https://s3.example.com:9000');
  });

  it.each(['s3://', 's3://models', 'ftp://models?endpoint=https://s3.example.com', 'models'])(
    'refuses %s',
    async (url) => {
      await expect(openBlobStore(url, KEYS)).rejects.toThrow(TypeError);
    },
  );

  it('refuses a bucket without keys', async () => {
    await expect(openBlobStore('s3://models?endpoint=https://s3.example.com')).rejects.toThrow(
      'no keys',
    );
  });
});

async function aFolder() {
  const path = await mkdtemp(join(tmpdir(), 'floe-open-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true }) };
}
