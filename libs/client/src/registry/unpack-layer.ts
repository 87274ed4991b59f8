import { closeSync, openSync, writeSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';

import { checkPath, comparePaths, type Item } from '@floe/layers';
import { extract, type Header } from 'tar-stream';

import { LocalFault } from '../transport/errors.ts';
import { Folders } from './folders.ts';
import { inLargeChunks } from './in-large-chunks.ts';

/** What a layer brought: its files, and its directories that hold nothing. */
export interface Unpacked {
  readonly items: readonly Item[];
}

const root = 'model/files/';
/** Written at once: the way through the pool of threads takes longer than to write so few bytes. */
const smallBytes = 512 * 1024;

/**
 * Writes the files of a layer below `folder`; entries outside of the model's root are passed over, and a layer
 * that does not begin as the layout's do is not read on. `onBytes` hears of the bytes read so far.
 */
export async function unpackLayer(
  bytes: AsyncIterable<Uint8Array>,
  folder: string,
  onBytes: (total: number) => void,
): Promise<Unpacked> {
  const files: Item[] = [];
  const folders: string[] = [];
  const made = new Folders();
  const tar = extract();
  const source = Readable.from(inLargeChunks(counted(bytes, onBytes)));
  source.on('error', (error) => tar.destroy(error));
  source.pipe(tar);
  try {
    for await (const entry of tar) {
      const { header } = entry;
      if (files.length + folders.length === 0 && !header.name.startsWith('model/')) {
        entry.destroy();
        break;
      }
      const path = pathOf(header);
      if (path !== undefined && header.type === 'directory') folders.push(path);
      if (path === undefined || header.type !== 'file') {
        entry.resume();
        continue;
      }
      const target = join(folder, path);
      await made.make(dirname(target)).catch(localFault);
      const mode = header.mode === 0o755 ? 0o755 : 0o644;
      const isSmall = (header.size ?? Number.POSITIVE_INFINITY) <= smallBytes;
      const sizeBytes = await (isSmall ? writeSmall : writeLarge)(entry, target, mode);
      files.push({ path, sizeBytes });
    }
  } catch (error) {
    if (error instanceof LocalFault) throw error;
    await drained(source);
    localFault(error);
  } finally {
    source.destroy();
  }
  return { items: withEmpty(folders, files) };
}

/** Other directories follow from the paths of the files, and have no item. */
function withEmpty(folders: readonly string[], files: readonly Item[]): readonly Item[] {
  const parents = new Set([...files.map(({ path }) => path), ...folders].map((it) => dirname(it)));
  const empty = folders.filter((path) => !parents.has(path));
  return [
    ...files,
    ...empty.map((path) => ({ path, sizeBytes: 0, directory: true as const })),
  ].toSorted((one, other) => comparePaths(one.path, other.path));
}

/** The path in the model, checked as an upload's would be; undefined for what is not of the model. */
function pathOf({ name }: Header): string | undefined {
  if (!name.startsWith(root)) return undefined;
  const path = name.slice(root.length).replace(/\/$/, '');
  if (path === '') return undefined;
  try {
    checkPath(path);
  } catch (error) {
    localFault(error);
  }
  return path;
}

async function writeSmall(
  content: AsyncIterable<unknown>,
  target: string,
  mode: number,
): Promise<number> {
  const file = locally(() => openSync(target, 'wx', mode));
  try {
    let written = 0;
    for await (const chunk of content as AsyncIterable<Uint8Array>) {
      for (let at = 0; at < chunk.length;) at += locally(() => writeSync(file, chunk, at));
      written += chunk.length;
    }
    return written;
  } finally {
    locally(() => closeSync(file));
  }
}

async function writeLarge(
  content: AsyncIterable<unknown>,
  target: string,
  mode: number,
): Promise<number> {
  await using file = await open(target, 'wx', mode).catch(localFault);
  let written = 0;
  // The declared type does not say it: tar-stream gives buffers.
  for await (const chunk of content as AsyncIterable<Uint8Array>) {
    await file.writeFile(chunk).catch(localFault);
    written += chunk.length;
  }
  return written;
}

/** Reads to the end, so that bytes with another digest are told as such, not as a broken archive. */
async function drained(source: Readable): Promise<void> {
  source.resume();
  await finished(source);
}

function localFault(error: unknown): never {
  throw new LocalFault(error);
}

function locally<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    return localFault(error);
  }
}

async function* counted(
  bytes: AsyncIterable<Uint8Array>,
  onBytes: (total: number) => void,
): AsyncGenerator<Uint8Array> {
  let total = 0;
  for await (const chunk of bytes) {
    total += chunk.length;
    onBytes(total);
    yield chunk;
  }
}
