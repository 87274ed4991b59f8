import { encodeEntryHead, type EntryHead } from '../tar/entry-head.ts';
import type { PaxRecords } from '../tar/pax-records.ts';
import { BLOCK_BYTES, isZero, paddingAfter } from '../tar/tar-block.ts';
import { FIELDS } from '../tar/ustar-header.ts';
import { decodePaxRecords } from './decode-pax-records.ts';
import { differingField, octalIn, textIn } from './decode-ustar-header.ts';
import { LayerInvalid } from './layer-invalid.ts';
import type { PushedBytes, Reading } from './pushed-bytes.ts';

/** More than the longest path and size can need. */
const MOST_PAX_BYTES = 2048;

const FOREIGN_TYPES = new Map([
  ['1', 'is a hard link'],
  ['2', 'is a symbolic link'],
  ['3', 'is a device'],
  ['4', 'is a device'],
  ['6', 'is a FIFO'],
  ['S', 'is a sparse file'],
]);

export interface ReadHead extends EntryHead {
  /** As the mode says it; the content has to confirm it. */
  readonly executable: boolean;
}

/** The next entry's head, each byte as Layout 1 has it; `undefined` at a block of zeros. @throws LayerInvalid */
export function* readEntryHead(bytes: PushedBytes): Reading<ReadHead | undefined> {
  const place = `at byte ${bytes.offset}`;
  const first = yield* readBlocks(bytes, BLOCK_BYTES, place);
  if (isZero(first)) return undefined;
  if (typeOf(first) !== 'x') return checkedHead(first, {}, first);

  const length = octalIn(first, FIELDS.size);
  if (length === undefined) throw new LayerInvalid(place, 'has PAX records of unreadable length');
  if (length > MOST_PAX_BYTES)
    throw new LayerInvalid(place, `has PAX records longer than ${MOST_PAX_BYTES} bytes`);
  const content = yield* readBlocks(bytes, length + paddingAfter(length), place);
  const records = decodePaxRecords(content.subarray(0, length));
  if (!records) throw new LayerInvalid(place, 'has other PAX records than path and size');
  const header = yield* readBlocks(bytes, BLOCK_BYTES, records.path ?? place);
  return checkedHead(header, records, Buffer.concat([first, content, header]));
}

function* readBlocks(bytes: PushedBytes, length: number, entry: string): Reading<Buffer> {
  const blocks = yield* bytes.exactly(length);
  if (!blocks) throw new LayerInvalid(entry, 'is cut off');
  return blocks;
}

function checkedHead(header: Buffer, records: PaxRecords, blocks: Buffer): ReadHead {
  const head = decodeHead(header, records);
  const expected = encodeEntryHead(head, head.executable);
  if (!blocks.equals(expected)) throw new LayerInvalid(head.name, deviation(blocks, expected));
  return head;
}

function decodeHead(header: Buffer, records: PaxRecords): ReadHead {
  const name = records.path ?? textIn(header, FIELDS.name);
  const type = typeOf(header);
  if (type !== '0' && type !== '5')
    throw new LayerInvalid(name, FOREIGN_TYPES.get(type) ?? 'is neither file nor directory');
  const directory = type === '5';
  const sizeBytes = directory ? 0 : (records.size ?? octalIn(header, FIELDS.size));
  if (sizeBytes === undefined || !Number.isSafeInteger(sizeBytes))
    throw new LayerInvalid(name, 'has an unreadable size');
  return { name, sizeBytes, directory, executable: octalIn(header, FIELDS.mode) === 0o755 };
}

function deviation(blocks: Buffer, expected: Buffer): string {
  if (blocks.length === BLOCK_BYTES && expected.length > BLOCK_BYTES) return 'lacks a PAX header';
  if (blocks.length > BLOCK_BYTES && expected.length === BLOCK_BYTES)
    return 'has a PAX header without need';
  const field = differingField(blocks.subarray(-BLOCK_BYTES), expected.subarray(-BLOCK_BYTES));
  return field ? `has another ${field} in its header` : 'has another PAX header';
}

function typeOf(header: Buffer): string {
  return header.toString('latin1', FIELDS.type.offset, FIELDS.type.offset + FIELDS.type.length);
}
