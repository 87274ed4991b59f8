import { describe, expect, it } from 'vitest';

import { FileList, type PlacedFile } from './file-list.ts';

/** U+FF5E comes after U+1F600 by UTF-16, before it by UTF-8. */
const PATHS = ['a', 'a/b', 'a0', 'é', '～', '😀'];

describe('the files of a version', () => {
  it('stand in the order of the bytes of their paths, whatever the order of their layers', () => {
    const files = new FileList(PATHS.toReversed().map(file));

    expect(pathsOf(files.after(undefined, 10))).toEqual(PATHS);
  });

  it('are given page by page, each once', () => {
    const files = new FileList(PATHS.map(file));

    const pages = [files.after(undefined, 2), files.after('a/b', 2), files.after('é', 9)];

    expect(pages.map(pathsOf)).toEqual([PATHS.slice(0, 2), PATHS.slice(2, 4), PATHS.slice(4)]);
    expect(files.after('😀', 9)).toEqual([]);
  });

  it('go on behind a path that is not among them', () => {
    expect(pathsOf(new FileList(PATHS.map(file)).after('a/zz', 2))).toEqual(['a0', 'é']);
  });

  it('are found by their whole path only', () => {
    const files = new FileList(PATHS.map(file));

    expect(files.find('a/b')?.path).toBe('a/b');
    expect(['', 'a/', '/a', 'A', 'b', 'zz', '😀x'].map((path) => files.find(path))).toEqual(
      Array.from({ length: 7 }),
    );
  });
});

function file(path: string): PlacedFile {
  return { path, offset: 1_536, sizeBytes: 3, executable: false, layer: 'sha256:a' };
}

function pathsOf(files: readonly PlacedFile[]): readonly string[] {
  return files.map(({ path }) => path);
}
