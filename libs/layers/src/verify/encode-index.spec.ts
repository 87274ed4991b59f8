import { expect, it } from 'vitest';

import { decodeIndex, encodeIndex } from './encode-index.ts';

const index = {
  files: [
    { path: '😀/__proto__', offset: 1536, sizeBytes: 2 ** 40, executable: true },
    { path: 'model.onnx', offset: 2 ** 41, sizeBytes: 0, executable: false },
  ],
  emptyDirectories: ['assets'],
};

it('reads back what it wrote', () => {
  expect(decodeIndex(encodeIndex(index))).toEqual(index);
});

it('keeps its form, for those that are stored', () => {
  expect(Buffer.from(encodeIndex(index)).toString()).toBe(
    '{"version":1,"files":[["😀/__proto__",1536,1099511627776,1],["model.onnx",2199023255552,0,0]],"emptyDirectories":["assets"]}',
  );
});

it.each([
  '',
  'null',
  '[]',
  '{"version":2,"files":[],"emptyDirectories":[]}',
  '{"version":1,"files":{},"emptyDirectories":[]}',
  '{"version":1,"files":[["a",0,0]],"emptyDirectories":[]}',
  '{"version":1,"files":[["a",-1,0,0]],"emptyDirectories":[]}',
  '{"version":1,"files":[["a",0,0.5,0]],"emptyDirectories":[]}',
  '{"version":1,"files":[[1,0,0,0]],"emptyDirectories":[]}',
  '{"version":1,"files":[["a",0,0,2]],"emptyDirectories":[]}',
  '{"version":1,"files":[],"emptyDirectories":[null]}',
])('refuses %j', (text) => {
  expect(() => decodeIndex(Buffer.from(text))).toThrow(
    expect.objectContaining({ code: 'INDEX_UNREADABLE' }),
  );
});
