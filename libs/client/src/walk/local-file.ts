import { type BigIntStats, closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { open } from 'node:fs/promises';

import { MOST_COPIED_BYTES } from '@floe/layers';

import { WalkError } from './errors.ts';
import { chunkBytes, readBuffers } from './read-buffers.ts';

/** What tells a file from every other, and from itself once it was changed. */
export interface Identity {
  readonly device: bigint;
  readonly inode: bigint;
  readonly size: bigint;
  readonly mtimeNs: bigint;
  readonly ctimeNs: bigint;
}

/** A file or an empty folder of a model, on this machine. */
export interface LocalItem {
  /** Its path in the model. */
  readonly path: string;
  /** Where it lies. */
  readonly local: string;
  readonly kind: 'file' | 'empty-folder';
  readonly sizeBytes: number;
  readonly identity: Identity;
}

export function identityOf(stats: BigIntStats): Identity {
  return {
    device: stats.dev,
    inode: stats.ino,
    size: stats.size,
    mtimeNs: stats.mtimeNs,
    ctimeNs: stats.ctimeNs,
  };
}

/** Below it the five trips through the thread pool take many times longer than the work itself. */
const smallBytes = 512 * 1024;
const maxPointerBytes = 1024;
const pointerHead = 'version https://git-lfs.github.com/spec/';

/**
 * The content of a file as the walk saw it: exactly its size. Who is done with a chunk may release it (`readBuffers`).
 * @throws WalkError `FILE_CHANGED`, or `LFS_POINTER` when its bytes are elsewhere.
 */
export function readLocal(item: LocalItem): AsyncIterable<Uint8Array> {
  return item.sizeBytes <= smallBytes ? readSmall(item) : readLarge(item);
}

async function* readSmall(item: LocalItem): AsyncGenerator<Uint8Array> {
  const content = contentOf(item);
  refusePointer(item, content);
  if (content.length > 0) yield content;
}

function contentOf(item: LocalItem): Buffer {
  const file = opened(item);
  try {
    requireSame(item, fstatSync(file, { bigint: true }));
    const content =
      item.sizeBytes > MOST_COPIED_BYTES
        ? readBuffers.lendPart(item.sizeBytes)
        : Buffer.allocUnsafe(item.sizeBytes);
    for (let filled = 0; filled < content.length;) {
      const bytesRead = readSync(file, content, filled, content.length - filled, null);
      if (bytesRead === 0) throw changed(item);
      filled += bytesRead;
    }
    requireSame(item, fstatSync(file, { bigint: true }));
    return content;
  } finally {
    closeSync(file);
  }
}

function opened(item: LocalItem): number {
  try {
    return openSync(item.local, 'r');
  } catch {
    throw changed(item);
  }
}

async function* readLarge(item: LocalItem): AsyncGenerator<Uint8Array> {
  await using file = await open(item.local, 'r').catch(() => {
    throw changed(item);
  });
  requireSame(item, await file.stat({ bigint: true }));
  for (let left = item.sizeBytes; left > 0;) {
    // A rest takes the memory that it needs and no more: many of them may wait to be sent.
    const buffer = left < chunkBytes ? Buffer.allocUnsafe(left) : readBuffers.lend();
    const { bytesRead } = await file.read(buffer, 0, buffer.length, null);
    if (bytesRead === 0) throw changed(item);
    left -= bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
  requireSame(item, await file.stat({ bigint: true }));
}

function refusePointer(item: LocalItem, content: Buffer): void {
  if (item.sizeBytes > maxPointerBytes || !content.toString('latin1').startsWith(pointerHead))
    return;
  throw new WalkError(
    'LFS_POINTER',
    item.path,
    `${item.path} is a pointer of Git LFS, not the file itself`,
    'run `git lfs pull` in its repository, then upload again',
  );
}

function requireSame(item: LocalItem, stats: BigIntStats): void {
  const { device, inode, size, mtimeNs, ctimeNs } = identityOf(stats);
  const seen = item.identity;
  const isSame =
    device === seen.device &&
    inode === seen.inode &&
    size === seen.size &&
    mtimeNs === seen.mtimeNs &&
    ctimeNs === seen.ctimeNs;
  if (!isSame) throw changed(item);
}

function changed(item: LocalItem): WalkError {
  return new WalkError(
    'FILE_CHANGED',
    item.path,
    `${item.path} changed while it was read`,
    'upload again when nothing writes to it any more',
  );
}
