import { invalid } from '../archive-refused.ts';

/** What POSIX pax headers say about the entries after them, by keyword: of the keywords that matter to a model. */
export type PaxRecords = ReadonlyMap<string, Buffer>;

const SPACE = 0x20;
const EQUALS = 0x3d;
const NEWLINE = 0x0a;
const MATTERS = /^(path|size|GNU\.sparse\..*)$/;
const MOST_DIGITS = 7;

/** `<length> <keyword>=<value>\n` … @throws ArchiveRefused */
export function decodePaxRecords(content: Buffer): PaxRecords {
  const records = new Map<string, Buffer>();
  for (let start = 0; start < content.length;) {
    const space = content.subarray(start, start + MOST_DIGITS + 1).indexOf(SPACE) + start;
    const length = content.toString('latin1', start, space);
    const end = start + Number(length);
    const equals = content.indexOf(EQUALS, space);
    const isWhole =
      /^[1-9]\d*$/.test(length) && end <= content.length && equals < end && equals !== -1;
    if (!isWhole || content[end - 1] !== NEWLINE)
      throw invalid(undefined, 'has a pax header with a broken record');
    const keyword = content.toString('latin1', space + 1, equals);
    if (MATTERS.test(keyword)) records.set(keyword, content.subarray(equals + 1, end - 1));
    start = end;
  }
  return records;
}

/** Numbers are decimal here. `undefined` when the size is not one. */
export function paxSize(value: Buffer): number | undefined {
  const text = value.toString('latin1');
  const size = /^\d{1,16}$/.test(text) ? Number(text) : NaN;
  return Number.isSafeInteger(size) ? size : undefined;
}
