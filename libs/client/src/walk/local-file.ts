import type { BigIntStats } from 'node:fs';
import { open } from 'node:fs/promises';

import { WalkError } from './errors.ts';

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

const chunkBytes = 1024 * 1024;
const maxPointerBytes = 1024;
const pointerHead = 'version https://git-lfs.github.com/spec/';

/**
 * The content of a file as the walk saw it: exactly its size.
 * @throws WalkError `FILE_CHANGED`, or `LFS_POINTER` when its bytes are elsewhere.
 */
export async function* readLocal(item: LocalItem): AsyncGenerator<Uint8Array> {
  await using file = await open(item.local, 'r').catch(() => {
    throw changed(item);
  });
  if (!isSame(identityOf(await file.stat({ bigint: true })), item.identity)) throw changed(item);
  let left = item.sizeBytes;
  while (left > 0) {
    const buffer = Buffer.allocUnsafe(Math.min(chunkBytes, left));
    const { bytesRead } = await file.read(buffer, 0, buffer.length, null);
    if (bytesRead === 0) throw changed(item);
    const chunk = buffer.subarray(0, bytesRead);
    if (left === item.sizeBytes) refusePointer(item, chunk);
    left -= bytesRead;
    yield chunk;
  }
  if (!isSame(identityOf(await file.stat({ bigint: true })), item.identity)) throw changed(item);
}

function refusePointer(item: LocalItem, head: Buffer): void {
  if (item.sizeBytes > maxPointerBytes || !head.toString('latin1').startsWith(pointerHead)) return;
  throw new WalkError(
    'LFS_POINTER',
    item.path,
    `${item.path} is a pointer of Git LFS, not the file itself`,
    'run `git lfs pull` in its repository, then upload again',
  );
}

function isSame(a: Identity, b: Identity): boolean {
  return (
    a.device === b.device &&
    a.inode === b.inode &&
    a.size === b.size &&
    a.mtimeNs === b.mtimeNs &&
    a.ctimeNs === b.ctimeNs
  );
}

function changed(item: LocalItem): WalkError {
  return new WalkError(
    'FILE_CHANGED',
    item.path,
    `${item.path} changed while it was read`,
    'upload again when nothing writes to it any more',
  );
}
