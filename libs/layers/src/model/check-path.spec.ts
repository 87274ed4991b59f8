import { describe, expect, it } from 'vitest';

import { checkPath } from './check-path.ts';

describe('checkPath', () => {
  it.each([
    ['', 'empty part'],
    ['/etc/passwd', 'absolute'],
    ['a//b', 'empty part'],
    ['a/', 'empty part'],
    ['./a', 'part "."'],
    ['a/../b', 'part ".."'],
    ['..', 'part ".."'],
    ['a\\b', 'backslash'],
    ['C:\\a', 'backslash'],
    ['a\0b', 'control character'],
    ['a\nb', 'control character'],
    ['a\u007F', 'control character'],
    ['a\u0085b', 'control character'],
    ['e\u0301te\u0301', 'normal form C'],
    ['a\uD800b', 'not valid Unicode'],
    ['.wh.model.onnx', '".wh."'],
    ['a/.wh..wh..opq', '".wh."'],
    ['.wh.a/b', '".wh."'],
    ['x'.repeat(256), '255 bytes'],
    ['é'.repeat(128), '255 bytes'],
    [`${'x/'.repeat(512)}y`, '1024 bytes'],
  ])('refuses %j and says why', (path, fault) => {
    expect(() => checkPath(path)).toThrow(
      expect.objectContaining({
        name: 'LayoutError',
        code: 'PATH_INVALID',
        path,
        message: expect.stringContaining(fault),
      }),
    );
  });

  it('refuses more than 32 names', () => {
    expect(() => checkPath(`${'d/'.repeat(31)}f`)).not.toThrow();
    expect(() => checkPath(`${'d/'.repeat(32)}f`)).toThrow(
      expect.objectContaining({ code: 'DEPTH' }),
    );
  });

  it.each([
    'model.onnx',
    '.wh',
    'a.wh.b',
    '...',
    'a b',
    'été/😀',
    '\uFEFFbom',
    'x'.repeat(255),
    `${'é'.repeat(127)}x`,
    [...Array<string>(4).fill('x'.repeat(255)), ''].join('/').slice(0, -1),
  ])('accepts %j', (path) => {
    expect(() => checkPath(path)).not.toThrow();
  });

  it('names a hostile path on one line, without what a terminal would obey', () => {
    expect(() => checkPath('a\u001B[2J\u202Eb\n')).toThrow(
      String.raw`The path "a\u001b[2J\u{202e}b\n" contains a control character. Rename it.`,
    );
  });
});
