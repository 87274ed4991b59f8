import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, mkdtempDisposable, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

import { type Item, layOut, type OpenFile, writeLayer } from '@floe/layers';
import { describe, expect, it } from 'vitest';

import { defaultLimits } from './archive-limits.ts';
import { IncomingBytes } from './incoming-bytes.ts';
import { spoolArchive } from './spool-archive.ts';
import { refusalOf } from './testing/unpacked.ts';

const run = promisify(execFile);

const ZIP_BY_PYTHON = `
import os, sys, zipfile
file, method, variants = sys.argv[1:]
class Pipe:
    def __init__(self, file): self.file = file
    def write(self, data): return self.file.write(data)
    def flush(self): self.file.flush()
if 'zip64' in variants:
    zipfile.ZIP_FILECOUNT_LIMIT = zipfile.ZIP64_LIMIT = 0
with open(file, 'wb') as out, zipfile.ZipFile(
    Pipe(out) if 'stream' in variants else out, 'w', getattr(zipfile, method)
) as zip:
    for folder, folders, names in os.walk('.'):
        if folder != '.': zip.write(folder)
        for name in names:
            path = os.path.join(folder, name)
            info = zipfile.ZipInfo.from_file(path)
            info.compress_type = getattr(zipfile, method)
            with open(path, 'rb') as source, zip.open(info, 'w', force_zip64='zip64' in variants) as target:
                target.write(source.read())
`;

const TAR_BY_PYTHON = `
import sys, tarfile
with tarfile.open(sys.argv[1], sys.argv[3], format=getattr(tarfile, sys.argv[2])) as tar:
    tar.add('.')
`;

/** Names that ustar can write, so that each format can be asked for them. */
const PLAIN = {
  'model.onnx': Buffer.alloc(5 * 1024 ** 2, 'onnx'),
  'bin/run.sh': Buffer.from('#!/bin/sh\nexit 0\n'),
  'lib/libx.so': Buffer.from('\x7fELF and more', 'latin1'),
  'variables/.keep': Buffer.of(),
  'a-b': Buffer.from('x'),
  'a/b': Buffer.alloc(512, 1),
  [`${'d'.repeat(90)}/${'f'.repeat(90)}`]: Buffer.from('y'),
};

const LONG = {
  ...PLAIN,
  [`${'d'.repeat(90)}/${'é'.repeat(100)}/😀.bin`]: Buffer.alloc(1_300, 'z'),
  ['x'.repeat(255)]: Buffer.from('z'),
};

describe('an archive of a folder has the layers that the folder has', () => {
  it.each([
    ['ustar', PLAIN],
    ['gnu', LONG],
    ['oldgnu', LONG],
    ['posix', LONG],
  ])('made by GNU tar as %s', async (format, files) => {
    await using folder = await aFolder(files);

    await run('tar', [`--format=${format}`, '-cf', folder.archive, '-C', folder.path, '.']);

    expect(await layersOf(folder.archive)).toEqual(await folder.layers());
  });

  it.each([
    ['USTAR_FORMAT', PLAIN],
    ['GNU_FORMAT', LONG],
    ['PAX_FORMAT', LONG],
  ])("made by Python's tarfile as %s", async (format, files) => {
    await using folder = await aFolder(files);

    await run('python3', ['-c', TAR_BY_PYTHON, folder.archive, format, 'w'], { cwd: folder.path });

    expect(await layersOf(folder.archive)).toEqual(await folder.layers());
  });

  it("made by Python's tarfile with gzip", async () => {
    await using folder = await aFolder(LONG);

    await run('python3', ['-c', TAR_BY_PYTHON, folder.archive, 'PAX_FORMAT', 'w:gz'], {
      cwd: folder.path,
    });

    expect(await layersOf(folder.archive)).toEqual(await folder.layers());
  });

  it.each([
    ['stored', 'ZIP_STORED', 'no'],
    ['deflated', 'ZIP_DEFLATED', 'no'],
    ['stored with sizes behind the content', 'ZIP_STORED', 'stream'],
    ['deflated with sizes behind the content', 'ZIP_DEFLATED', 'stream'],
    ['deflated in zip64', 'ZIP_DEFLATED', 'zip64'],
    ['deflated in zip64 with sizes behind the content', 'ZIP_DEFLATED', 'stream zip64'],
  ])("made by Python's zipfile, %s", async (_, method, variants) => {
    await using folder = await aFolder(LONG);

    await run('python3', ['-c', ZIP_BY_PYTHON, folder.archive, method, variants], {
      cwd: folder.path,
    });

    expect(await layersOf(folder.archive)).toEqual(await folder.layers());
  });
});

describe('bsdtar', () => {
  it.each(['ustar.tar', 'pax.tar', 'gnutar.tar', 'zip.zip'])(
    'made fixtures/bsdtar-%s of a folder, which has the same layers',
    async (name) => {
      await using folder = await aFolder({
        'model.onnx': Buffer.alloc(700, 'onnx'),
        'a/b': Buffer.from('y'),
        'a-b': Buffer.from('x'),
        [`${'d'.repeat(90)}/${'f'.repeat(90)}`]: Buffer.from('z'),
      });

      expect(await layersOf(fixture(`bsdtar-${name}`))).toEqual(await folder.layers());
    },
  );
});

describe('a writer of archives', () => {
  it('is refused what it makes of links and of holes', async () => {
    await using folder = await aFolder({ a: Buffer.from('x') });
    await symlink('a', join(folder.path, 'link'));
    await truncate(join(folder.path, 'a'), 10_000_000);
    const make = (...flags: string[]) =>
      run('tar', ['-cf', folder.archive, '-C', folder.path, ...flags]);

    await make('link');
    expect((await refused(folder.archive)).message).toContain('"link" is a symbolic link');
    for (const format of ['gnu', 'posix'])
      for (const version of ['0.0', '0.1', '1.0']) {
        await make(`--format=${format}`, '--sparse', `--sparse-version=${version}`, 'a');
        expect((await refused(folder.archive)).message).toContain('is a sparse file');
      }
  });
});

type Files = Readonly<Record<string, Buffer>>;

/** Of these files, and an empty directory. */
async function aFolder(files: Files) {
  const folder = await mkdtempDisposable(join(tmpdir(), 'archives-'));
  const path = join(folder.path, 'model');
  await mkdir(join(path, 'assets/empty'), { recursive: true });
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(path, name)), { recursive: true });
    await writeFile(join(path, name), content);
  }
  const items = Object.entries(files).map(([name, { length }]) => ({
    path: name,
    sizeBytes: length,
  }));
  return {
    path,
    archive: join(folder.path, 'model.archive'),
    layers: () =>
      digestsOf([...items, { path: 'assets/empty', sizeBytes: 0, directory: true }], (item) =>
        createReadStream(join(path, item.path)),
      ),
    [Symbol.asyncDispose]: () => folder.remove(),
  };
}

async function layersOf(archive: string): Promise<readonly string[]> {
  const place = { directory: tmpdir(), limits: defaultLimits };
  const bytes = new IncomingBytes(createReadStream(archive));
  await using model = await spoolArchive(bytes, place, new AbortController().signal);
  return await digestsOf(model.items, (item) => model.open(item));
}

async function digestsOf(items: readonly Item[], open: OpenFile): Promise<readonly string[]> {
  const digests: string[] = [];
  for (const plan of layOut(items)) {
    const hash = createHash('sha256');
    for await (const chunk of writeLayer(plan, open)) hash.update(chunk);
    digests.push(hash.digest('hex'));
  }
  return digests;
}

function fixture(name: string): string {
  return join(import.meta.dirname, '../fixtures', name);
}

function refused(archive: string) {
  return refusalOf(createReadStream(archive));
}
