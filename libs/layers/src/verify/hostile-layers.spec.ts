import { describe, expect, it } from 'vitest';

import { encodeEntryHead } from '../tar/entry-head.ts';
import { encodeUstarHeader, FIELDS, type Field } from '../tar/ustar-header.ts';
import { LayerVerifier } from './layer-verifier.ts';

const ROOTS = Buffer.concat([directory('model/'), directory('model/files/')]);
const END = Buffer.alloc(1024);

describe('a hostile layer is refused by the entry at fault:', () => {
  it.each([
    ['a parent in the path', [file('model/files/../x')], 'part ".."'],
    ['an absolute name', [file('/etc/passwd')], 'is not below model/files/'],
    ['a name beside the model', [file('model/contract.protobin')], 'is not below model/files/'],
    ['an absolute path within', [file('model/files//etc')], 'absolute'],
    ['a whiteout', [file('model/files/.wh.model.onnx')], '".wh."'],
    ['an opaque whiteout', [file('model/files/.wh..wh..opq')], '".wh."'],
    ['a backslash', [file('model/files/a\\b')], 'backslash'],
    ['a NUL in a PAX path', [file('model/files/a\0b')], 'control character'],
    ['a path that is not NFC', [file('model/files/e\u0301')], 'normal form C'],
    ['a path too deep', [file(`model/files/${'d/'.repeat(32)}f`)], '33 names deep'],
    ['a file twice', [file('model/files/a'), file('model/files/a')], 'out of order'],
    ['files out of order', [file('model/files/b'), file('model/files/a')], 'out of order'],
    ['a directory twice', [directory('model/files/a/'), directory('model/files/a/')], 'twice'],
    ['a root twice', [directory('model/files/')], 'is refused'],
    ['a file without its directory', [file('model/files/a/b')], 'not at the beginning'],
    [
      'a file in a file',
      [file('model/files/a'), file('model/files/a/b')],
      'not at the beginning of the layer',
    ],
    ['a file with a slash', [file('model/files/a/')], 'not both'],
  ])('%s', (_, entries, reason) => {
    expect(() => verify(ROOTS, ...entries, END)).toThrow(
      expect.objectContaining({
        code: 'LAYER_INVALID',
        entry: expect.any(String),
        reason: expect.stringContaining(reason),
      }),
    );
  });

  it.each([
    ['1', 'is a hard link'],
    ['2', 'is a symbolic link'],
    ['3', 'is a device'],
    ['4', 'is a device'],
    ['6', 'is a FIFO'],
    ['S', 'is a sparse file'],
    ['L', 'is neither file nor directory'],
    ['g', 'is neither file nor directory'],
    ['\0', 'is neither file nor directory'],
  ])('type %j', (type, reason) => {
    const entry = changed(file('model/files/link'), FIELDS.type, type);

    expect(() => verify(ROOTS, entry)).toThrow(
      expect.objectContaining({ entry: 'model/files/link', reason }),
    );
  });

  it.each([
    ['mode', '0000777\0', 'mode'],
    ['mode', '0004755\0', 'mode'],
    ['uid', '0001750\0', 'uid'],
    ['gid', '0001750\0', 'gid'],
    ['mtime', '00000000000\0', 'mtime'],
    ['linkname', '/etc/passwd', 'linkname'],
    ['uname', 'root', 'uname'],
    ['gname', 'root', 'gname'],
    ['prefix', '/etc', 'prefix'],
    ['magic', 'ustar ', 'magic'],
    ['version', ' \0', 'version'],
    ['rest', 'x', 'rest'],
    ['checksum', '0000000\0', 'checksum'],
  ] as const)('another %s', (field, value, named) => {
    const entry = changed(file('model/files/a'), FIELDS[field], value);

    expect(() => verify(ROOTS, entry)).toThrow(
      expect.objectContaining({
        entry: 'model/files/a',
        reason: `has another ${named} in its header`,
      }),
    );
  });

  it.each(['\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff', '7777777777 ', '-0000000001'])(
    'the size field %j',
    (size) => {
      const entry = changed(file('model/files/a'), FIELDS.size, size);

      expect(() => verify(ROOTS, entry)).toThrow(
        expect.objectContaining({ entry: 'model/files/a', reason: 'has an unreadable size' }),
      );
    },
  );

  it('a PAX header that claims gigabytes, before any of them is awaited', () => {
    const pax = encodeUstarHeader({ name: 'pax', sizeBytes: 2 ** 32, type: 'x', mode: 0o644 });

    expect(() => verify(ROOTS, pax)).toThrow(
      expect.objectContaining({ entry: 'at byte 1024', reason: expect.stringContaining('2048') }),
    );
  });

  it.each([
    ['25 linkpath=/etc/passwd!!\n', 'other PAX records'],
    ['30 GNU.sparse.realsize=1000000\n', 'other PAX records'],
    ['22 path=model/files/a\n', 'without need'],
    ['99 path=model/files/é\n', 'another PAX header'],
    ['11 size=12\n', 'without need'],
    ['28 size=99999999999999999999\n', 'other PAX records'],
    ['19 size=8589934592\n24 path=model/files/é\n', 'other PAX records'],
    ['', 'without need'],
  ])('the PAX records %j', (records, reason) => {
    const content = Buffer.from(records);
    const size = { name: 'pax', sizeBytes: content.length, type: 'x', mode: 0o644 } as const;
    const padding = Buffer.alloc((512 - (content.length % 512)) % 512);
    const header = file('model/files/__');

    expect(() => verify(ROOTS, encodeUstarHeader(size), content, padding, header)).toThrow(
      expect.objectContaining({ reason: expect.stringContaining(reason) }),
    );
  });

  it('a mode that the content does not ask for, before the content is over', () => {
    const head = { name: 'model/files/a', sizeBytes: 2 ** 40, directory: false };

    expect(() => verify(ROOTS, encodeEntryHead(head, false), Buffer.from('#!/b'))).toThrow(
      expect.objectContaining({ reason: 'has another mode than its content asks for' }),
    );
    expect(() => verify(ROOTS, encodeEntryHead(head, true), Buffer.from('data'))).toThrow(
      expect.objectContaining({ reason: 'has another mode than its content asks for' }),
    );
  });

  it('a size beyond what is sent', () => {
    const head = { name: 'model/files/a', sizeBytes: 2 ** 52, directory: false };
    const verifier = new LayerVerifier();
    verifier.write(Buffer.concat([ROOTS, encodeEntryHead(head, false), Buffer.alloc(1 << 20)]));

    expect(() => verifier.end()).toThrow(
      expect.objectContaining({ entry: 'model/files/a', reason: expect.stringContaining('cut') }),
    );
  });

  it('more entries, or longer names, than the limits allow', () => {
    const entries = Array.from({ length: 10 }, (_, index) => file(`model/files/${index}`));
    const layer = [ROOTS, ...entries, END];

    expect(() => verifyWithin({ maxEntries: 12, maxNameBytes: 148 }, layer)).not.toThrow();
    expect(() => verifyWithin({ maxEntries: 11 }, layer)).toThrow(
      expect.objectContaining({ entry: 'model/files/9' }),
    );
    expect(() => verifyWithin({ maxNameBytes: 147 }, layer)).toThrow(
      expect.objectContaining({ entry: 'model/files/9' }),
    );
  });

  it('nothing at all, and nothing but directories of its own', () => {
    expect(() => verify()).toThrow(expect.objectContaining({ code: 'LAYER_INVALID' }));
    expect(() => verify(END)).toThrow(expect.objectContaining({ entry: 'model/' }));
    expect(() => verify(ROOTS, END)).toThrow(
      expect.objectContaining({ reason: 'has nothing in it' }),
    );
  });
});

function verify(...parts: readonly Buffer[]): void {
  verifyWithin({}, parts);
}

function verifyWithin(
  limits: ConstructorParameters<typeof LayerVerifier>[0],
  parts: readonly Buffer[],
): void {
  const verifier = new LayerVerifier(limits);
  for (const part of parts) verifier.write(part);
  verifier.end();
}

function file(name: string): Buffer {
  return encodeEntryHead({ name, sizeBytes: 0, directory: false }, false);
}

function directory(name: string): Buffer {
  return encodeEntryHead({ name, sizeBytes: 0, directory: true }, false);
}

/** With a right checksum, unless that is what is changed. */
function changed(header: Buffer, { offset, length }: Field, value: string): Buffer {
  const block = Buffer.from(header);
  block.fill(0, offset, offset + length).write(value, offset, length, 'latin1');
  if (offset === FIELDS.checksum.offset) return block;
  block.write('        ', FIELDS.checksum.offset, 'latin1');
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, FIELDS.checksum.offset, 'latin1');
  return block;
}
