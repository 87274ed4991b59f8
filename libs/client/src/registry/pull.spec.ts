import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { FloeClient } from '../floe-client.ts';
import { FakePlatform, temporaryFolder } from '../testing/index.ts';
import { LocalModel } from '../upload/local-model.ts';
import { upload } from '../upload/upload.ts';
import { walk } from '../walk/walk.ts';
import { pull } from './pull.ts';

const model = { team: 'demo', name: 'iris' };
const long = `${'x'.repeat(60)}/${'ü'.repeat(60)}.txt`;

function clientOf({ url }: FakePlatform): FloeClient {
  return new FloeClient({ url, retry: { attempts: 3, firstDelayMs: 1, maxDelayMs: 2 } });
}

async function uploaded(client: FloeClient): Promise<void> {
  await using folder = await temporaryFolder({
    'model.onnx': 'bytes',
    'run.sh': '#!/bin/sh\n',
    'big.bin': Buffer.alloc(5 * 1024 * 1024, 'floe'),
    'empty.txt': '',
    [long]: 'long',
  });
  await mkdir(join(folder.path, 'assets'));
  await upload(client, new LocalModel((await walk(folder.path)).items), model, {});
}

describe('pull', () => {
  it('writes the files that were uploaded', async () => {
    await using platform = await FakePlatform.start();
    const client = clientOf(platform);
    await uploaded(client);
    await using target = await temporaryFolder();
    const folder = join(target.path, 'new');

    const pulled = await pull(client, model, 1, folder);

    expect(pulled).toMatchObject({ files: 5, bytes: 5 * 1024 * 1024 + 5 + 10 + 4 });
    expect((await readdir(folder)).toSorted()).toEqual(
      ['assets', 'big.bin', 'empty.txt', 'model.onnx', 'run.sh', 'x'.repeat(60)].toSorted(),
    );
    expect(await readFile(join(folder, long), 'utf8')).toBe('long');
    expect(
      (await readFile(join(folder, 'big.bin'))).equals(Buffer.alloc(5 * 1024 * 1024, 'floe')),
    ).toBe(true);
    expect((await stat(join(folder, 'run.sh'))).mode & 0o100).toBe(0o100);
    expect((await stat(join(folder, 'model.onnx'))).mode & 0o100).toBe(0);
  });

  it('begins a layer again when its connection breaks', async () => {
    await using platform = await FakePlatform.start();
    const client = clientOf(platform);
    await uploaded(client);
    await using target = await temporaryFolder();
    const seen = new Set<string>();
    platform.fault = ({ path }) => (seen.size === seen.add(path).size ? undefined : 'cut');

    expect(await pull(client, model, 'latest', target.path).catch(String)).toContain(
      'no such manifest',
    );
    expect(await pull(client, model, 1, target.path)).toMatchObject({ files: 5 });
  });

  it('leaves no file of bytes that do not hash to their digest', async () => {
    await using platform = await FakePlatform.start();
    const client = clientOf(platform);
    await uploaded(client);
    await using target = await temporaryFolder();
    for (const [digest, bytes] of platform.builds.blobs) {
      const other = Buffer.from(bytes);
      other[1600] = (other[1600] ?? 0) ^ 1;
      platform.builds.blobs.set(digest, other);
    }

    await expect(pull(client, model, 1, target.path)).rejects.toMatchObject({
      code: 'DIGEST_WRONG',
    });
    expect(await readdir(target.path)).toEqual([]);
  });

  it('does not mix with files that are there', async () => {
    await using platform = await FakePlatform.start();
    const client = clientOf(platform);
    await uploaded(client);
    await using target = await temporaryFolder();
    await writeFile(join(target.path, 'mine.txt'), 'mine');

    await expect(pull(client, model, 1, target.path)).rejects.toMatchObject({
      code: 'FOLDER_NOT_EMPTY',
    });
    expect(await readdir(target.path)).toEqual(['mine.txt']);
  });

  it('goes on within a layer where its connection broke', async () => {
    await using platform = await FakePlatform.start();
    const client = clientOf(platform);
    await uploaded(client);
    await using target = await temporaryFolder();
    const cutAfterBytes = 3 * 1024 * 1024;
    const blobs = () =>
      platform.requests.filter(({ path }) => path.includes('/v2/demo/iris/blobs'));
    platform.fault = ({ path, headers: { range } }) =>
      path.includes('/blobs/') && range === undefined ? { cutAfterBytes } : undefined;

    await pull(client, model, 1, target.path);

    const ranges = blobs().flatMap(({ headers }) => headers.range ?? []);
    expect(ranges.length).toBeGreaterThan(0);
    expect(ranges.every((range) => /^bytes=[1-9]\d*-$/.test(range))).toBe(true);
    expect((await readFile(join(target.path, 'big.bin'))).length).toBe(5 * 1024 * 1024);
  });

  it('takes up an interrupted pull: proves what is there and fetches the rest only', async () => {
    await using platform = await FakePlatform.start();
    const client = clientOf(platform);
    await uploaded(client);
    await using target = await temporaryFolder();
    const [big = ''] = [...platform.builds.blobs].find(([, bytes]) => bytes.length > 2 ** 20) ?? [];
    platform.fault = ({ path }) => (path.endsWith(big) ? 'cut' : undefined);
    await expect(pull(client, model, 1, target.path)).rejects.toThrow('no answer');
    platform.requests.length = 0;
    platform.fault = () => undefined;

    const pulled = await pull(client, model, 1, target.path);

    expect(pulled).toMatchObject({ files: 5, layers: 2, keptLayers: 1 });
    expect(platform.calls.filter((call) => call.includes('/blobs/'))).toEqual([
      `GET /v2/demo/iris/blobs/${big}`,
    ]);
    expect((await readdir(target.path)).filter((name) => name.startsWith('.'))).toEqual([]);
    expect((await stat(join(target.path, 'assets'))).isDirectory()).toBe(true);
  });

  it('fetches again what was changed or taken away since', async () => {
    await using platform = await FakePlatform.start();
    const client = clientOf(platform);
    await uploaded(client);
    await using target = await temporaryFolder();
    const [big = ''] = [...platform.builds.blobs].find(([, bytes]) => bytes.length > 2 ** 20) ?? [];
    platform.fault = ({ path }) => (path.endsWith(big) ? 'cut' : undefined);
    await expect(pull(client, model, 1, target.path)).rejects.toThrow('no answer');
    platform.fault = () => undefined;
    await writeFile(join(target.path, 'model.onnx'), 'BYTES');

    expect(await pull(client, model, 1, target.path)).toMatchObject({ keptLayers: 0 });
    expect(await readFile(join(target.path, 'model.onnx'), 'utf8')).toBe('bytes');
  });
});
