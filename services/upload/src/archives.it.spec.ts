import { execFile } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { mkdir, mkdtempDisposable, readdir, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

import { createHttpApp, ReadinessChecks } from '@floe/http';
import { PostgresBus } from '@floe/messaging-postgres';
import { FileBlobStore } from '@floe/storage';
import { startPostgres } from '@floe/testing';
import { DataSource } from 'typeorm';
import { describe, expect, it } from 'vitest';

import { type ArchiveSettings, defaultArchiveSettings } from './archive-settings.ts';
import { UploadModule } from './upload.module.ts';

const run = promisify(execFile);
const publicUrl = 'http://localhost:8080';
const BUILDS = '/api/v1/models/demo/iris/builds';
const MIB = 1024 ** 2;

type Body = AsyncIterable<Uint8Array> | Uint8Array<ArrayBuffer>;

describe('an archive as the body', () => {
  it('becomes the layers that its files have by every way, without a file of its own on the disk', async () => {
    await using upload = await startUpload();
    await using model = await aFolder({
      'weights.bin': Buffer.alloc(70 * MIB, 'floe'),
      'assets/labels.txt': Buffer.from('a\nb\n'),
      'model.onnx': Buffer.alloc(700, 'onnx'),
    });
    await run('tar', ['-cf', join(upload.folder, 'model.tar'), '-C', model.path, '.']);

    const answer = await upload.sendFile(join(upload.folder, 'model.tar'), 'application/x-tar');

    expect(answer.json).toMatchObject({ state: 'received', files: { count: 3 } });
    expect(answer.status).toBe(202);
    expect(await readdir(upload.spoolDir)).toEqual([]);
  });
});

/** A model on the disk. */
async function aFolder(files: Readonly<Record<string, Buffer>>) {
  const folder = await mkdtempDisposable(join(tmpdir(), 'floe-model-'));
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder.path, path)), { recursive: true });
    await writeFile(join(folder.path, path), content);
  }
  return folder;
}

/** The module as it runs, seen from its address. */
async function startUpload(archives: Partial<ArchiveSettings> = {}) {
  await using opened = new AsyncDisposableStack();
  const folder = opened.use(await mkdtempDisposable(join(tmpdir(), 'floe-archives-')));
  const spoolDir = join(folder.path, 'spool');
  const postgres = opened.use(await startPostgres());
  const bus = opened.use(await PostgresBus.open(postgres.url, () => {}));
  const checks = new ReadinessChecks();
  const store = await FileBlobStore.open(join(folder.path, 'store'));
  const parts = { databaseUrl: postgres.url, bus, checks, store };
  const settings = { ...defaultArchiveSettings, spoolDir, ...archives };
  const modules = [UploadModule.with({ publicUrl, archives: settings }, parts)];
  const app = await createHttpApp(modules, checks, { publicUrl, anyHost: false }, false);
  await app.listen(0, '127.0.0.1');
  const url = await app.getUrl();
  opened.defer(() => app.close());
  const started = opened.move();

  const dataSource = app.get(DataSource, { strict: false });
  const send = async (path: string, body: Body, headers: Record<string, string>) => {
    const response = await fetch(`${url}${path}`, {
      method: 'POST',
      headers,
      body,
      duplex: 'half',
    });
    return { status: response.status, json: await response.json() };
  };
  return {
    folder: folder.path,
    spoolDir,
    send,
    sendFile: async (file: string, type: string) =>
      send(BUILDS, createReadStream(file), {
        'content-type': type,
        'content-length': String((await stat(file)).size),
      }),
    count: async (table: string) =>
      Number((await dataSource.query(`SELECT count(*) FROM ${table}`))[0].count),
    [Symbol.asyncDispose]: () => started.disposeAsync(),
  };
}
