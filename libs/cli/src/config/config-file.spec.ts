import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { temporaryFolder } from '@floe/client/testing';
import { describe, expect, it } from 'vitest';

import { ConfigFile, parseCluster } from './config-file.ts';

describe('ConfigFile', () => {
  it('keeps clusters for the user alone', async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, 'new/config.json');
    const config = { current: 'a', clusters: { a: { url: 'https://floe.test', token: 'secret' } } };

    await new ConfigFile(path).write(config);

    expect(await new ConfigFile(path).read()).toEqual(config);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await readFile(path, 'utf8')).toMatch(/\n$/);
  });

  it('is empty before anything was kept', async () => {
    await using folder = await temporaryFolder();

    expect(await new ConfigFile(join(folder.path, 'config.json')).read()).toEqual({ clusters: {} });
  });

  it.each(['{', '{"clusters":{"a":{"url":"ftp://x"}}}'])(
    'says that it cannot read %s',
    async (text) => {
      await using folder = await temporaryFolder();
      const path = join(folder.path, 'config.json');
      await writeFile(path, text);

      await expect(new ConfigFile(path).read()).rejects.toThrow(path);
    },
  );

  it('takes no address but http and https', () => {
    expect(parseCluster({ url: 'localhost:8080' })).toBeUndefined();
    expect(parseCluster({ url: 'http://localhost:8080' })).toEqual({
      url: 'http://localhost:8080',
    });
  });
});
