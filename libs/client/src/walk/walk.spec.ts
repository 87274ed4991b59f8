import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { temporaryFolder } from '../testing/index.ts';
import { walk } from './walk.ts';

async function pathsOf(folder: string): Promise<readonly string[]> {
  const { items } = await walk(folder);
  return items.map(({ path, kind }) => (kind === 'file' ? path : `${path}/`)).toSorted();
}

describe('walk', () => {
  it('takes every file and the folders that hold nothing', async () => {
    await using folder = await temporaryFolder({ 'a.bin': 'a', 'deep/er/b.bin': 'b', '.env': 'c' });
    await mkdir(join(folder.path, 'assets'));

    expect(await pathsOf(folder.path)).toEqual(['.env', 'a.bin', 'assets/', 'deep/er/b.bin']);
  });

  it('takes a single file as a model of one file', async () => {
    await using folder = await temporaryFolder({ 'model.onnx': 'bytes' });

    const { items } = await walk(join(folder.path, 'model.onnx'));

    expect(items).toMatchObject([{ path: 'model.onnx', kind: 'file', sizeBytes: 5 }]);
  });

  it('leaves out what no model needs, and says so', async () => {
    await using folder = await temporaryFolder({
      'model.onnx': 'm',
      '.git/HEAD': 'x',
      'src/__pycache__/a.pyc': 'x',
      'src/b.pyc': 'x',
      'src/b.py': 'x',
      'src/._b.py': 'x',
      '.DS_Store': 'x',
      'node_modules/left/index.js': 'x',
    });

    const { items, leftOut } = await walk(folder.path);

    expect(items.map(({ path }) => path).toSorted()).toEqual(['model.onnx', 'src/b.py']);
    expect(leftOut.toSorted()).toEqual(
      [
        '.DS_Store',
        '.git',
        'node_modules',
        'src/._b.py',
        'src/__pycache__',
        'src/b.pyc',
      ].toSorted(),
    );
  });

  it('lets .floeignore add and re-include', async () => {
    await using folder = await temporaryFolder({
      '.floeignore': '*.log\n!.venv\n/notes/\n!keep.pyc\n',
      'model.onnx': 'm',
      'train.log': 'x',
      'notes/todo.md': 'x',
      'src/notes/todo.md': 'x',
      '.venv/pyvenv.cfg': 'x',
      'keep.pyc': 'x',
    });

    expect(await pathsOf(folder.path)).toEqual(
      ['.floeignore', '.venv/pyvenv.cfg', 'keep.pyc', 'model.onnx', 'src/notes/todo.md'].toSorted(),
    );
  });

  it('follows links to files and folders, twice where they are linked twice', async () => {
    await using cache = await temporaryFolder({ 'blobs/1': 'weights', 'more/c.txt': 'c' });
    await using folder = await temporaryFolder({});
    await symlink(join(cache.path, 'blobs/1'), join(folder.path, 'model.bin'));
    await symlink(join(cache.path, 'more'), join(folder.path, 'one'));
    await symlink(join(cache.path, 'more'), join(folder.path, 'two'));

    expect(await pathsOf(folder.path)).toEqual(['model.bin', 'one/c.txt', 'two/c.txt']);
  });

  it('refuses a link to nothing, with its path', async () => {
    await using folder = await temporaryFolder({ 'a/b.txt': 'b' });
    await symlink('nowhere', join(folder.path, 'a/link'));

    await expect(walk(folder.path)).rejects.toMatchObject({
      code: 'LINK_DANGLING',
      path: 'a/link',
    });
  });

  it('refuses links that lead back, with their path', async () => {
    await using folder = await temporaryFolder({ 'a/b/c.txt': 'c' });
    await symlink('..', join(folder.path, 'a/b/up'));
    await expect(walk(folder.path)).rejects.toMatchObject({ code: 'LINK_CYCLE', path: 'a/b/up' });

    await using other = await temporaryFolder({});
    await symlink('self', join(other.path, 'self'));
    await expect(walk(other.path)).rejects.toMatchObject({ code: 'LINK_CYCLE', path: 'self' });
  });

  it('brings names into normal form C and refuses two that become one', async () => {
    await using folder = await temporaryFolder({ 'u\u0308ber.txt': 'x' });
    expect(await pathsOf(folder.path)).toEqual(['\u00FCber.txt']);

    await writeFile(join(folder.path, '\u00FCber.txt'), 'y');
    await expect(walk(folder.path)).rejects.toMatchObject({ code: 'PATH_TWICE' });
  });

  it('refuses a name that is not UTF-8', async () => {
    await using folder = await temporaryFolder({ 'a.txt': 'a' });
    await writeFile(Buffer.concat([Buffer.from(`${folder.path}/`), Buffer.from([0xff])]), 'x');

    await expect(walk(folder.path)).rejects.toMatchObject({ code: 'PATH_NOT_UTF8' });
  });

  it('refuses what is not there and what holds no file', async () => {
    await using folder = await temporaryFolder({ '.git/HEAD': 'x' });
    await mkdir(join(folder.path, 'empty'));

    await expect(walk(folder.path)).rejects.toMatchObject({ code: 'EMPTY_MODEL' });
    await expect(walk(join(folder.path, 'no'))).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});
