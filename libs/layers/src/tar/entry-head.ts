import { encodePaxRecords, type PaxRecords } from './pax-records.ts';
import { BLOCK_BYTES, paddingAfter } from './tar-block.ts';
import { encodeUstarHeader, FIELDS } from './ustar-header.ts';

const PLAIN_MODE = 0o644;
const EXECUTABLE_MODE = 0o755;
const LEAST_PAX_SIZE_BYTES = 8 * 1024 ** 3;

/** All that stands before an entry's content, without the mode that the content decides. */
export interface EntryHead {
  /** With `model/files/` before it, and a slash at the end of a directory. */
  readonly name: string;
  readonly sizeBytes: number;
  readonly directory: boolean;
}

/** The entry's header, after a PAX header when name or size need one. Layout 1, rule 3. */
export function encodeEntryHead(
  { name, sizeBytes, directory }: EntryHead,
  executable: boolean,
): Buffer {
  const records = paxRecordsOf(name, sizeBytes);
  const header = encodeUstarHeader({
    name: records?.path === undefined ? name : substituteFor(name),
    sizeBytes: records?.size === undefined ? sizeBytes : 0,
    type: directory ? '5' : '0',
    mode: directory || executable ? EXECUTABLE_MODE : PLAIN_MODE,
  });
  return records ? Buffer.concat([encodePax(records), header]) : header;
}

/** Of the whole entry: head, content and padding. */
export function entrySizeBytes({ name, sizeBytes }: EntryHead): number {
  const records = paxRecordsOf(name, sizeBytes);
  const pax = records ? BLOCK_BYTES + padded(encodePaxRecords(records).length) : 0;
  return pax + BLOCK_BYTES + padded(sizeBytes);
}

function paxRecordsOf(name: string, sizeBytes: number): PaxRecords | undefined {
  const path = /^[\x20-\x7e]{1,100}$/.test(name) ? undefined : name;
  const size = sizeBytes < LEAST_PAX_SIZE_BYTES ? undefined : sizeBytes;
  if (path === undefined && size === undefined) return undefined;
  return { ...(path !== undefined && { path }), ...(size !== undefined && { size }) };
}

function encodePax(records: PaxRecords): Buffer {
  const content = encodePaxRecords(records);
  const header = encodeUstarHeader({
    name: 'pax',
    sizeBytes: content.length,
    type: 'x',
    mode: PLAIN_MODE,
  });
  return Buffer.concat([header, content, Buffer.alloc(paddingAfter(content.length))]);
}

/** What readers without PAX see. */
function substituteFor(name: string): string {
  const field = Buffer.from(name).subarray(0, FIELDS.name.length);
  return field.toString('latin1').replaceAll(/[^\x20-\x7e]/g, '_');
}

function padded(bytes: number): number {
  return bytes + paddingAfter(bytes);
}
