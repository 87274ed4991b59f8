import { execFile } from 'node:child_process';
import { readFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync, zstdCompressSync } from 'node:zlib';

import { startPostgres } from '@floe/testing';
import { describe, expect, it } from 'vitest';

import { aTar, layersOf } from './test-models.ts';
import { BUILDS, MIB, TAR, TestUploads } from './test-uploads.ts';

const run = promisify(execFile);
/** What curl says of `--data-binary` unless it is told otherwise. */
const CURLS_OWN = 'application/x-www-form-urlencoded';

describe('an archive as the body', () => {
  it('becomes the layers that its files have by every way, and leaves nothing beside them', async () => {
    await using upload = await TestUploads.start(await startPostgres());
    const model = {
      'weights.bin': Buffer.alloc(70 * MIB, 'floe'),
      'assets/labels.txt': Buffer.from('a\nb\n'),
      'model.onnx': Buffer.alloc(700, 'onnx'),
    };
    await using tar = await aTar(model);

    const answer = await upload.sendFile(tar.path, 'application/x-tar');

    expect(answer).toMatchObject({ status: 202, json: { state: 'received', files: { count: 3 } } });
    expect(await upload.layers()).toEqual(await layersOf(model));
    expect(await upload.spooled()).toEqual([]);
  });

  it('is sent by curl, whatever content type curl says', async () => {
    await using upload = await TestUploads.start(await startPostgres());
    const model = { 'model.onnx': Buffer.alloc(5 * MIB, 'onnx') };
    await using tar = await aTar(model);

    const types = ['application/octet-stream', 'application/x-tar', '', CURLS_OWN];
    for (const type of types)
      expect(await upload.curl(...dataOf(tar.path, type))).toMatchObject({ state: 'received' });

    const layers = await layersOf(model);
    expect(await upload.layers()).toEqual(types.flatMap(() => layers));
  });

  it.each(['application/x-tar', ''])(
    'is refused by name while curl sends it as %j',
    async (type) => {
      await using upload = await TestUploads.start(await startPostgres());
      await using tar = await aTar({ 'z.bin': Buffer.alloc(70 * MIB, 'floe') }, async (folder) => {
        await symlink('z.bin', join(folder, 'a-link'));
      });

      const answer = await upload.curl(...dataOf(tar.path, type));

      expect(answer).toMatchObject({
        status: 400,
        code: 'ARCHIVE_INVALID',
        detail: 'The entry "./a-link" is a symbolic link.',
      });
      expect(await upload.count('proven_blob')).toBe(0);
      expect(await upload.spooled()).toEqual([]);
    },
  );

  it.each([
    ['application/gzip', (tar: Buffer) => gzipSync(tar)],
    ['application/zstd', (tar: Buffer) => zstdCompressSync(tar)],
    ['application/octet-stream', (tar: Buffer) => gzipSync(tar)],
  ])('may be compressed (%s): the layers are the same', async (type, compress) => {
    await using upload = await TestUploads.start(await startPostgres());
    const model = { 'model.onnx': Buffer.alloc(5 * MIB, 'onnx'), 'labels.txt': Buffer.from('a') };
    await using tar = await aTar(model);

    const answer = await upload.send(BUILDS, compress(await readFile(tar.path)), {
      'content-type': type,
    });

    expect(answer).toMatchObject({ status: 202, json: { files: { count: 2 } } });
    expect(await upload.layers()).toEqual(await layersOf(model));
  });

  it('may be a zip: the layers are the same', async () => {
    await using upload = await TestUploads.start(await startPostgres());
    const model = { 'model.onnx': Buffer.alloc(5 * MIB, 'onnx'), 'labels.txt': Buffer.from('a') };
    await using tar = await aTar(model);
    const zip = `${tar.path}.zip`;
    await run('python3', [
      '-m',
      'zipfile',
      '-c',
      zip,
      join(tar.root, 'model.onnx'),
      join(tar.root, 'labels.txt'),
    ]);

    expect(await upload.sendFile(zip, 'application/zip')).toMatchObject({ status: 202 });
    expect(await upload.layers()).toEqual(await layersOf(model));
    expect(await upload.spooled()).toEqual([]);
  });

  it('is cut off: nothing of it is kept', async () => {
    await using upload = await TestUploads.start(await startPostgres());
    await using tar = await aTar({ 'model.onnx': Buffer.alloc(7_000, 'onnx') });
    const bytes = await readFile(tar.path);

    const cut = await upload.send(BUILDS, bytes.subarray(0, 4_096), TAR);

    expect(cut).toMatchObject({ status: 400, json: { code: 'ARCHIVE_INVALID' } });
    expect(cut.json.detail).toContain('"./model.onnx" is cut off');
    expect(await upload.count('proven_blob')).toBe(0);
  });

  it('has limits, which are settings and are named with the entry', async () => {
    await using upload = await TestUploads.start(await startPostgres(), {
      archives: { archiveMaxFileBytes: 1_000 },
    });
    await using tar = await aTar({ 'model.onnx': Buffer.alloc(1_001) });

    const refused = await upload.sendFile(tar.path, 'application/x-tar');

    expect(refused.status).toBe(413);
    expect(refused.json).toMatchObject({
      code: 'ARCHIVE_LIMIT',
      detail: 'The entry "./model.onnx" is above the limit of 1000 bytes in a file.',
      hint: expect.stringContaining('FLOE_ARCHIVE_MAX_FILE_BYTES'),
    });
  });

  it('gives a build to a key once, whatever is sent again', async () => {
    await using upload = await TestUploads.start(await startPostgres());
    await using tar = await aTar({ 'model.onnx': Buffer.alloc(700) });
    const headers = { ...TAR, 'idempotency-key': 'k' };
    const bytes = await readFile(tar.path);

    const [first, second] = [
      await upload.send(BUILDS, bytes, headers),
      await upload.send(BUILDS, bytes, headers),
    ];

    expect(second.json.id).toBe(first.json.id);
    expect(await upload.count('build')).toBe(1);
  });
});

function dataOf(file: string, type: string): readonly string[] {
  return ['-H', `content-type:${type && ` ${type}`}`, '--data-binary', `@${file}`];
}
