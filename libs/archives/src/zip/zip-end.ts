import { invalid } from '../archive-refused.ts';
import type { SpooledBytes } from './spooled-bytes.ts';
import { END, IN_ZIP64, IN_ZIP64_SHORT, uint64, ZIP64_END, ZIP64_LOCATOR } from './zip-fields.ts';

/** Where the central directory stands. */
export interface ZipDirectory {
  readonly entries: number;
  readonly start: number;
  readonly end: number;
}

const MOST_COMMENT_BYTES = 0xffff;
const SIGNATURE = Buffer.from('PK\x05\x06');

/** Reads the records at the end of a zip. @throws ArchiveRefused */
export async function readZipEnd(bytes: SpooledBytes): Promise<ZipDirectory> {
  const { position, record } = await endRecord(bytes);
  const short = shortEnd(record);
  const long = await zip64End(bytes, position);
  const { entries, start, sizeBytes, disks } = long ?? short;
  if (long && !agree(short, long))
    throw invalid(undefined, 'has two ends that contradict each other');
  if (disks > 0) throw invalid(undefined, 'is one of several volumes', 'Make a zip in one file.');
  const end = start + sizeBytes;
  if (end !== (long?.position ?? position))
    throw invalid(undefined, 'has its directory elsewhere than it says');
  return { entries, start, end };
}

interface End {
  readonly entries: number;
  readonly start: number;
  readonly sizeBytes: number;
  /** Any number of another disk than the first. */
  readonly disks: number;
}

function shortEnd(record: Buffer): End {
  return {
    disks: record.readUInt16LE(4) | record.readUInt16LE(6),
    entries: record.readUInt16LE(10),
    sizeBytes: record.readUInt32LE(12),
    start: record.readUInt32LE(16),
  };
}

/** Readers that do not look for zip64 must not see another zip. */
function agree(short: End, long: End): boolean {
  return (
    (short.entries === IN_ZIP64_SHORT || short.entries === long.entries) &&
    (short.sizeBytes === IN_ZIP64 || short.sizeBytes === long.sizeBytes) &&
    (short.start === IN_ZIP64 || short.start === long.start)
  );
}

/** The last one; its comment reaches to the end of the zip. */
async function endRecord(
  bytes: SpooledBytes,
): Promise<{ readonly position: number; readonly record: Buffer }> {
  const tailStart = Math.max(0, bytes.sizeBytes - END.length - MOST_COMMENT_BYTES);
  const tail = await bytes.read(tailStart, bytes.sizeBytes - tailStart);
  const at = tail.lastIndexOf(SIGNATURE, tail.length - END.length);
  if (at === -1) throw invalid(undefined, 'is cut off: it does not end with the end of a zip');
  if (at + END.length + tail.readUInt16LE(at + 20) !== tail.length)
    throw invalid(undefined, 'has other bytes behind its end, or is cut off');
  return { position: tailStart + at, record: tail.subarray(at, at + END.length) };
}

/** `undefined` for a zip without the records of zip64. */
async function zip64End(
  bytes: SpooledBytes,
  endPosition: number,
): Promise<(End & { readonly position: number }) | undefined> {
  const locatorStart = endPosition - ZIP64_LOCATOR.length;
  if (locatorStart < 0) return undefined;
  const locator = await bytes.read(locatorStart, ZIP64_LOCATOR.length);
  if (locator.readUInt32LE(0) !== ZIP64_LOCATOR.signature) return undefined;
  const position = uint64(locator, 8);
  if (position > locatorStart - ZIP64_END.length) throw elsewhere();
  const record = await bytes.read(position, ZIP64_END.length);
  const isThere = record.readUInt32LE(0) === ZIP64_END.signature;
  if (!isThere || position + 12 + uint64(record, 4) !== locatorStart) throw elsewhere();
  return {
    position,
    disks: record.readUInt32LE(16) | record.readUInt32LE(20),
    entries: uint64(record, 32),
    sizeBytes: uint64(record, 40),
    start: uint64(record, 48),
  };
}

function elsewhere(): Error {
  return invalid(undefined, 'has its zip64 end elsewhere than it says');
}
