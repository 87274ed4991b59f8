import { atOnce, type Steps } from '../steps/steps.ts';
import type { IndexedFile, LayerIndex } from './layer-index.ts';

const VERSION = 1;
const ITEMS_OF_A_PIECE = 256;

type FileRow = readonly [path: string, offset: number, sizeBytes: number, executable: 0 | 1];

/** Bytes that cannot be an index, or one of a later version. */
export class IndexUnreadable extends Error {
  override readonly name = 'IndexUnreadable';
  readonly code = 'INDEX_UNREADABLE';
}

/** Compact JSON with a version. */
export function encodeIndex(index: LayerIndex): Uint8Array {
  return atOnce(encodingIndex(index));
}

/** What `encodeIndex` does, in steps. */
export function* encodingIndex({ files, emptyDirectories }: LayerIndex): Steps<Uint8Array> {
  const pieces = [Buffer.from(`{"version":${VERSION},"files":[`)];
  yield* encodingList(files, rowOf, pieces);
  pieces.push(Buffer.from('],"emptyDirectories":['));
  yield* encodingList(emptyDirectories, (path) => path, pieces);
  pieces.push(Buffer.from(']}'));
  return Buffer.concat(pieces);
}

function* encodingList<T>(
  list: readonly T[],
  jsonOf: (item: T) => FileRow | string,
  pieces: Buffer[],
): Steps<void> {
  for (let start = 0; start < list.length; start += ITEMS_OF_A_PIECE) {
    const items = list.slice(start, start + ITEMS_OF_A_PIECE).map((item) => jsonOf(item));
    const text = JSON.stringify(items).slice(1, -1);
    pieces.push(Buffer.from(start === 0 ? text : `,${text}`));
    yield;
  }
}

function rowOf({ path, offset, sizeBytes, executable }: IndexedFile): FileRow {
  return [path, offset, sizeBytes, executable ? 1 : 0];
}

/** @throws IndexUnreadable */
export function decodeIndex(bytes: Uint8Array): LayerIndex {
  const { version, files, emptyDirectories } = parse(bytes);
  if (version !== VERSION)
    throw new IndexUnreadable(`The index has version ${String(version)}, not ${VERSION}.`);
  if (!Array.isArray(files) || !Array.isArray(emptyDirectories))
    throw new IndexUnreadable('The index lacks its lists.');
  return { files: files.map(fileOf), emptyDirectories: emptyDirectories.map(textOf) };
}

function parse(bytes: Uint8Array): Partial<Record<string, unknown>> {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return Object(JSON.parse(text)) as Partial<Record<string, unknown>>;
  } catch (cause) {
    throw new IndexUnreadable('The index is not JSON.', { cause });
  }
}

function fileOf(row: unknown): IndexedFile {
  if (!Array.isArray(row) || row.length !== 4) throw new IndexUnreadable('A file has four cells.');
  const [path, offset, sizeBytes, executable] = row as readonly unknown[];
  return {
    path: textOf(path),
    offset: bytesOf(offset),
    sizeBytes: bytesOf(sizeBytes),
    executable: bitOf(executable) === 1,
  };
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  throw new IndexUnreadable('A path of the index is not text.');
}

function bytesOf(value: unknown): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  throw new IndexUnreadable('An offset or size of the index is not a whole number.');
}

function bitOf(value: unknown): 0 | 1 {
  if (value === 0 || value === 1) return value;
  throw new IndexUnreadable('A mark of the index is neither 0 nor 1.');
}
