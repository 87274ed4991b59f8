import type { BigIntStats } from 'node:fs';

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

/** @throws WalkError `FILE_CHANGED` */
export function requireSame(item: LocalItem, stats: BigIntStats): void {
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

export function changed(item: LocalItem): WalkError {
  return new WalkError(
    'FILE_CHANGED',
    item.path,
    `${item.path} changed while it was read`,
    'upload again when nothing writes to it any more',
  );
}
