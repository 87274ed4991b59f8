import { describe, expect, it } from 'vitest';

import { Payload } from './payload.ts';

const FILES = ['a.onnx', 'serving.yaml', 'src/main.py', 'src/deep/util.py', 'notes.md'];

describe('Payload', () => {
  it.each([
    [undefined, ['a.onnx', 'src/main.py', 'src/deep/util.py', 'notes.md']],
    [['.'], ['a.onnx', 'src/main.py', 'src/deep/util.py', 'notes.md']],
    [['./'], ['a.onnx', 'src/main.py', 'src/deep/util.py', 'notes.md']],
    [['.', 'serving.yaml'], FILES],
    [['src/'], ['src/main.py', 'src/deep/util.py']],
    [
      ['./a.onnx', 'src/deep/../main.py'],
      ['a.onnx', 'src/main.py'],
    ],
    [['*.onnx'], ['a.onnx']],
    [['./*'], FILES],
    [['**/*.py'], ['src/main.py', 'src/deep/util.py']],
    [['s?c/*/'], ['src/main.py', 'src/deep/util.py']],
    [['src/**/util.*'], ['src/deep/util.py']],
    [['src/d*p'], ['src/deep/util.py']],
  ])('%j takes %j', (entries, taken) => {
    const payload = new Payload(entries, 'archive');

    expect(FILES.filter((path) => payload.has(path))).toEqual(taken);
    payload.checkAllFound();
  });

  it.each([
    ['../x'],
    ['src/../../x'],
    ['/etc/passwd'],
    ['none.onnx'],
    ['src/*.onnx'],
    ['src/main'],
  ])('refuses %s by name', (entry) => {
    expect(() => {
      const payload = new Payload([entry], 'folder');
      for (const path of FILES) payload.has(path);
      payload.checkAllFound();
    }).toThrow(JSON.stringify(entry));
  });

  it('takes no time for a pattern that was written to take it', () => {
    const payload = new Payload(
      [`${'*a'.repeat(120)}b`, Array(30).fill('**').join('/')],
      'archive',
    );

    const start = performance.now();
    for (let index = 0; index < 100; index += 1) payload.has('a/'.repeat(31) + 'a'.repeat(255));

    expect(performance.now() - start).toBeLessThan(1_000);
  });
});
