import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import {
  mkdir,
  mkdtempDisposable,
  readdir,
  readFile,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync, zstdCompressSync } from 'node:zlib';

import type { Upload } from '@floe/contracts';
import { createHttpApp, ReadinessChecks } from '@floe/http';
import { layOut, writeLayer } from '@floe/layers';
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

type Body = AsyncIterable<Uint8Array> | Buffer<ArrayBuffer>;

const TAR = { 'content-type': 'application/x-tar' };
/** What curl says of `--data-binary` unless it is told otherwise. */
const CURLS_OWN = 'application/x-www-form-urlencoded';
const OCTETS = { 'content-type': 'application/octet-stream' };

describe('an archive as the body', () => {
  it('becomes the layers that its files have by every way, and leaves nothing beside them', async () => {
    await using upload = await startUpload();
    const model = {
      'weights.bin': Buffer.alloc(70 * MIB, 'floe'),
      'assets/labels.txt': Buffer.from('a\nb\n'),
      'model.onnx': Buffer.alloc(700, 'onnx'),
    };
    await using tar = await aTar(model);

    const answer = await upload.sendFile(tar.path, 'application/x-tar');

    expect(answer).toMatchObject({ status: 202, json: { state: 'received', files: { count: 3 } } });
    expect(await upload.layers()).toEqual(await layersOf(model));
    expect(await readdir(upload.spoolDir)).toEqual([]);
  });

  it('is sent by curl, whatever content type curl says', async () => {
    await using upload = await startUpload();
    const model = { 'model.onnx': Buffer.alloc(5 * MIB, 'onnx') };
    await using tar = await aTar(model);

    const types = ['application/octet-stream', 'application/x-tar', '', CURLS_OWN];
    for (const type of types)
      expect(await upload.curl(tar.path, type)).toMatchObject({ state: 'received' });

    const layers = await layersOf(model);
    expect(await upload.layers()).toEqual(types.flatMap(() => layers));
  });

  it.each(['application/x-tar', ''])(
    'is refused by name while curl sends it as %j',
    async (type) => {
      await using upload = await startUpload();
      await using tar = await aTar({ 'z.bin': Buffer.alloc(70 * MIB, 'floe') }, async (folder) => {
        await symlink('z.bin', join(folder, 'a-link'));
      });

      const answer = await upload.curl(tar.path, type);

      expect(answer).toMatchObject({
        status: 400,
        code: 'ARCHIVE_INVALID',
        detail: 'The entry "./a-link" is a symbolic link.',
      });
      expect(await upload.count('proven_blob')).toBe(0);
      expect(await readdir(upload.spoolDir)).toEqual([]);
    },
  );

  it.each([
    ['application/gzip', (tar: Buffer) => gzipSync(tar)],
    ['application/zstd', (tar: Buffer) => zstdCompressSync(tar)],
    ['application/octet-stream', (tar: Buffer) => gzipSync(tar)],
  ])('may be compressed (%s): the layers are the same', async (type, compress) => {
    await using upload = await startUpload();
    const model = { 'model.onnx': Buffer.alloc(5 * MIB, 'onnx'), 'labels.txt': Buffer.from('a') };
    await using tar = await aTar(model);

    const answer = await upload.send(BUILDS, compress(await readFile(tar.path)), {
      'content-type': type,
    });

    expect(answer).toMatchObject({ status: 202, json: { files: { count: 2 } } });
    expect(await upload.layers()).toEqual(await layersOf(model));
  });

  it('may be a zip: the layers are the same', async () => {
    await using upload = await startUpload();
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
    expect(await readdir(upload.spoolDir)).toEqual([]);
  });

  it('is cut off: nothing of it is kept', async () => {
    await using upload = await startUpload();
    await using tar = await aTar({ 'model.onnx': Buffer.alloc(7_000, 'onnx') });
    const bytes = await readFile(tar.path);

    const cut = await upload.send(BUILDS, bytes.subarray(0, 4_096), TAR);

    expect(cut).toMatchObject({ status: 400, json: { code: 'ARCHIVE_INVALID' } });
    expect(cut.json.detail).toContain('"./model.onnx" is cut off');
    expect(await upload.count('proven_blob')).toBe(0);
  });

  it('has limits, which are settings and are named with the entry', async () => {
    await using upload = await startUpload({ archiveMaxFileBytes: 1_000 });
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
    await using upload = await startUpload();
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

describe('serving.yaml at the root of an archive', () => {
  it('says how to build, and is no payload', async () => {
    await using upload = await startUpload();
    const model = { 'model.onnx': Buffer.alloc(700, 'onnx') };
    await using tar = await aTar({
      ...model,
      'serving.yaml': Buffer.from(
        'kind: Model\nname: other\nmetadata: { stage: test }\naliases: [beta]\n',
      ),
    });

    const answer = await upload.sendFile(tar.path, 'application/x-tar');

    expect(answer.json).toMatchObject({
      model: 'iris',
      spec: { metadata: { stage: 'test' }, aliases: ['beta'] },
    });
    expect(await upload.layers()).toEqual(await layersOf(model));
  });

  it('chooses the payload', async () => {
    await using upload = await startUpload();
    const chosen = {
      'serving.yaml': Buffer.from('kind: Model\npayload: [./src/, serving.yaml, "*.onnx"]\n'),
      'src/main.py': Buffer.from('x'),
      'model.onnx': Buffer.alloc(700, 'onnx'),
    };
    await using tar = await aTar({ ...chosen, 'notes.md': Buffer.from('x') });

    await upload.sendFile(tar.path, 'application/x-tar');

    expect(await upload.layers()).toEqual(await layersOf(chosen));
  });

  it.each([
    ['kind: Model\nruntim: x\n', "serving.yaml (line 2): 'runtim' is no key here"],
    ['kind: Model\naliases: [Beta]\n', "serving.yaml (line 1): 'aliases.0' must begin with"],
    ['kind: Model\npayload: [none.bin]\n', 'names "none.bin", which is not in the archive'],
    ['kind: Model\n---\nkind: Model\n', 'describes 2 models'],
  ])('is refused: %j', async (yaml, said) => {
    await using upload = await startUpload();
    await using tar = await aTar({ 'serving.yaml': Buffer.from(yaml), 'a.bin': Buffer.of(1) });

    const refused = await upload.sendFile(tar.path, 'application/x-tar');

    expect(refused).toMatchObject({ status: 422, json: { code: 'SPEC_INVALID' } });
    expect(refused.json.detail).toContain(said);
    expect(await upload.count('proven_blob')).toBe(0);
    expect(await readdir(upload.spoolDir)).toEqual([]);
  });
});

describe('one file as the body', () => {
  const content = Buffer.alloc(9 * MIB + 5, 'onnx');

  it('is taken when its size is not known before its end', async () => {
    await using upload = await startUpload();

    const answer = await upload.send(`${BUILDS}?filename=model.onnx`, chunked(content));

    expect(answer).toMatchObject({ status: 202, json: { files: { bytes: content.length } } });
    expect(await upload.layers()).toEqual(await layersOf({ 'model.onnx': content }));
    expect(await readdir(upload.spoolDir)).toEqual([]);
  });

  it('is told from an archive by its bytes', async () => {
    await using upload = await startUpload();

    const known = await upload.send(BUILDS, content, OCTETS);
    const unknown = await upload.send(BUILDS, chunked(content), OCTETS);

    expect([known.status, unknown.status]).toEqual([202, 202]);
    const layers = await layersOf({ model: content });
    expect(await upload.layers()).toEqual([...layers, ...layers]);
  });

  it('is refused as an archive when it was said to be one', async () => {
    await using upload = await startUpload();

    const refused = await upload.send(BUILDS, content, TAR);

    expect(refused).toMatchObject({ status: 400, json: { code: 'ARCHIVE_INVALID' } });
  });
});

type Model = Readonly<Record<string, Buffer>>;

/** Made by GNU tar from a folder, in its own order of listing. */
async function aTar(model: Model, more = async (_folder: string): Promise<void> => {}) {
  const folder = await mkdtempDisposable(join(tmpdir(), 'floe-tar-'));
  const root = join(folder.path, 'model');
  await mkdir(root);
  await more(root);
  for (const [path, content] of Object.entries(model)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), content);
  }
  const path = join(folder.path, 'model.tar');
  await run('tar', ['--sort=name', '-cf', path, '-C', root, '.']);
  return { path, root, [Symbol.asyncDispose]: () => folder.remove() };
}

/** The digests that a client that lays the files out itself gives. */
async function layersOf(model: Model): Promise<readonly string[]> {
  const items = Object.entries(model).map(([path, { length }]) => ({ path, sizeBytes: length }));
  return Promise.all(
    layOut(items).map(async (plan) => {
      const hash = createHash('sha256');
      const bytes = writeLayer(plan, async function* content({ path }) {
        yield model[path] ?? Buffer.of();
      });
      for await (const chunk of bytes) hash.update(chunk);
      return `sha256:${hash.digest('hex')}`;
    }),
  );
}

async function* chunked(bytes: Buffer): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += 50_000)
    yield bytes.subarray(start, start + 50_000);
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
  const send = async (path: string, body: Body, headers: Record<string, string> = {}) => {
    const response = await fetch(`${url}${path}`, {
      method: 'POST',
      headers,
      body,
      duplex: 'half',
    });
    const json = (await response.json()) as { readonly id?: string; readonly detail?: string };
    return { status: response.status, json };
  };
  return {
    spoolDir,
    send,
    /** As the README says it. */
    curl: async (file: string, type: string) => {
      const flags = [
        '-sS',
        '-H',
        `content-type:${type && ` ${type}`}`,
        '--data-binary',
        `@${file}`,
      ];
      return JSON.parse((await run('curl', [...flags, `${url}${BUILDS}`])).stdout);
    },
    /** Of all builds, the first one first. */
    layers: async () => {
      const builds = await dataSource.query('SELECT upload FROM build ORDER BY build_id');
      return builds.flatMap(({ upload }: { upload: Upload }) =>
        upload.layers.map(({ digest }) => digest),
      );
    },
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
