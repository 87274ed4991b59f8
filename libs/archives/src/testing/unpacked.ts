import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';

import { type ArchiveLimits, defaultLimits } from '../archive-limits.ts';
import { ArchiveRefused } from '../archive-refused.ts';
import { IncomingBytes } from '../incoming-bytes.ts';
import { spoolArchive } from '../spool-archive.ts';
import type { SpooledModel } from '../spooled-model.ts';

const never = new AbortController().signal;

/** For tests: the files of an archive with their contents, and its empty directories as `undefined`. */
export type Unpacked = Readonly<Record<string, string | undefined>>;

export async function unpacked(
  archive: Uint8Array | AsyncIterable<Uint8Array>,
  limits: Partial<ArchiveLimits> = {},
): Promise<Unpacked> {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'archives-'));
  const place = { directory: folder.path, limits: { ...defaultLimits, ...limits } };
  const chunks = archive instanceof Uint8Array ? chunksOf(archive) : archive;
  await using model = await spoolArchive(new IncomingBytes(chunks), place, never);
  return await contentsOf(model);
}

/** Throws what is no refusal, and when there is none. */
export async function refusalOf(...args: Parameters<typeof unpacked>): Promise<ArchiveRefused> {
  const refusal: unknown = await unpacked(...args).then(
    () => new Error('the archive was taken'),
    (error: unknown) => error,
  );
  if (refusal instanceof ArchiveRefused) return refusal;
  throw refusal;
}

async function contentsOf(model: SpooledModel): Promise<Unpacked> {
  const contents: [string, string | undefined][] = [];
  for (const item of model.items) {
    const content = item.directory
      ? undefined
      : (await buffer(model.open(item))).toString('latin1');
    contents.push([item.path, content]);
  }
  return Object.fromEntries(contents);
}

export async function* chunksOf(
  bytes: Uint8Array,
  chunkBytes = 64 * 1024,
): AsyncGenerator<Uint8Array, void, undefined> {
  for (let start = 0; start < bytes.length; start += chunkBytes)
    yield bytes.subarray(start, start + chunkBytes);
}
