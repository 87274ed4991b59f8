import { expect, it } from 'vitest';

import { layOut } from '../plan/lay-out.ts';
import { encodeEntryHead } from './entry-head.ts';

const GIBIBYTE = 1024 ** 3;

it('writes the header of a file of 8 GiB, its size in a PAX record', () => {
  const head = { name: 'model/files/w.bin', sizeBytes: 8 * GIBIBYTE, directory: false };

  const bytes = encodeEntryHead(head, false);

  expect(bytes).toHaveLength(3 * 512);
  expect(text(bytes.subarray(0, 512))).toEqual([
    'pax',
    '0000644',
    '0000000',
    '0000000',
    '00000000023',
    '07033241600',
    '010055',
    ' x',
    'ustar',
    '00',
    '0000000',
    '0000000',
  ]);
  expect(text(bytes.subarray(512, 1024))).toEqual(['19 size=8589934592\n']);
  expect(text(bytes.subarray(1024))).toEqual([
    'model/files/w.bin',
    '0000644',
    '0000000',
    '0000000',
    '00000000000',
    '07033241600',
    '012367',
    ' 0',
    'ustar',
    '00',
    '0000000',
    '0000000',
  ]);
});

it('writes a file of a byte less without one', () => {
  const head = { name: 'model/files/w.bin', sizeBytes: 8 * GIBIBYTE - 1, directory: false };

  const bytes = encodeEntryHead(head, false);

  expect(bytes).toHaveLength(512);
  expect(text(bytes)[4]).toBe('77777777777');
});

it.each([
  [8 * GIBIBYTE - 1, 3 * 512 + 8 * GIBIBYTE + 1024],
  [8 * GIBIBYTE, 3 * 512 + 2 * 512 + 8 * GIBIBYTE + 1024],
])('knows the size of the layer of a file of %d bytes: %d', (sizeBytes, expected) => {
  expect(layOut([{ path: 'w.bin', sizeBytes }])).toEqual([
    expect.objectContaining({ sizeBytes: expected }),
  ]);
});

it('puts path before size where both need PAX, and shows old readers a substitute', () => {
  const name = `model/files/é😀${'x'.repeat(100)}`;

  const bytes = encodeEntryHead({ name, sizeBytes: 8 * GIBIBYTE, directory: false }, true);

  expect(text(bytes.subarray(512, 1024))).toEqual([`128 path=${name}\n19 size=8589934592\n`]);
  expect(bytes.toString('latin1', 1024, 1024 + 100)).toBe(`model/files/______${'x'.repeat(82)}`);
  expect(bytes.toString('latin1', 1024 + 100, 1024 + 108)).toBe('0000755\0');
});

/** What stands between the NULs. */
function text(bytes: Buffer): readonly string[] {
  return bytes
    .toString()
    .split('\0')
    .filter((part) => part !== '');
}
