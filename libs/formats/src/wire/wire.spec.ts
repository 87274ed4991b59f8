import { describe, expect, it } from 'vitest';

import { MemoryFiles } from '../files/memory-files.ts';
import { Budget } from '../frame/budget.ts';
import { FileWindow } from '../frame/file-window.ts';
import { exactOf, readVarint, signedOf, unsignedOf } from './varint.ts';
import { fieldsIn, integersOf, textOf } from './wire-message.ts';
import { type SpanField, walk } from './wire-walk.ts';
import { bytesField, varint, varintField } from './wire-writer.ts';

const never = new AbortController().signal;

describe('readVarint', () => {
  it.each([0, 1, 127, 128, 300, 2 ** 31, 2 ** 32 - 1, 2 ** 35, 2 ** 53 - 1, -1, -300, -(2 ** 53)])(
    'reads %d',
    (value) => {
      const read = readVarint(varint(value), 0);

      expect(signedOf(read)).toBe(value);
      expect(exactOf(read)).toBe(BigInt(value));
      expect(read.length).toBe(varint(value).length);
    },
  );

  it('reads numbers beyond 2^63 without a sign', () => {
    expect(unsignedOf(readVarint(varint(-1), 0))).toBe(2 ** 64);
  });

  it('refuses more than 10 bytes, and an end inside', () => {
    expect(() => readVarint(new Uint8Array(11).fill(0xff), 0)).toThrow('more than 10 bytes');
    expect(() => readVarint(Uint8Array.of(0x80), 0)).toThrow('ends inside a number');
  });
});

describe('fieldsIn', () => {
  it('gives numbers, texts and lists, packed or not', () => {
    const message = Buffer.concat([
      varintField(1, 7),
      bytesField(2, 'näme'),
      bytesField(3, varint(1), varint(300)),
      Uint8Array.of(0x25, 1, 2, 3, 4),
    ]);

    const [number, text, packed, fixed] = [...fieldsIn(message)];

    expect(number && integersOf(number)).toEqual([7]);
    expect(text && textOf(text)).toBe('näme');
    expect(packed && integersOf(packed)).toEqual([1, 300]);
    expect(fixed).toEqual({ number: 4, type: 'fixed32' });
  });

  it.each([
    ['a length beyond the message', [0x0a, 5, 1]],
    ['a fixed number that is cut off', [0x0d, 1, 2]],
    ['a group, which is of another age', [0x0b]],
    ['field number 0', [0x00, 1]],
  ])('refuses %s', (_, bytes) => {
    expect(() => [...fieldsIn(Uint8Array.from(bytes))]).toThrow('protobuf');
  });
});

describe('walk', () => {
  it('hops over what it does not read', async () => {
    const message = Buffer.concat([bytesField(1, new Uint8Array(100_000)), varintField(2, 9)]);
    const files = new MemoryFiles({ a: message });

    const fields = await walked(files, message.length);

    expect(fields).toMatchObject([
      { number: 1, span: { start: 4, end: 100_004 } },
      { number: 2, type: 'varint' },
    ]);
    expect(files.bytes).toBeLessThan(10_000);
  });

  it('keeps a part inside the message that it is of, though the file goes on', async () => {
    const message = Buffer.concat([bytesField(1, 'abc'), new Uint8Array(100)]);

    await expect(walked(new MemoryFiles({ a: message }), 4)).rejects.toThrow(
      'a part claims more bytes than there are',
    );
  });
});

async function walked(files: MemoryFiles, end: number): Promise<SpanField[]> {
  const [file] = files.list();
  const window = new FileWindow(files, file ?? { path: '', sizeBytes: 0 }, new Budget(), never);
  const fields: SpanField[] = [];
  for await (const field of walk(window, { start: 0, end })) fields.push(field);
  return fields;
}
