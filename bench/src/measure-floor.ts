import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { join } from 'node:path';

import { temporaryFolder } from './temporary-folder.ts';

const CHUNK_BYTES = 8 * 1_024 * 1_024;

/** What no tool can do without, in seconds: to write the bytes to the disk, and to hash them. */
export interface Floor {
  readonly write: number;
  readonly hash: number;
}

/** One sequential write with fsync, and one SHA-256, of so many bytes. */
export async function measureFloor(sizeBytes: number): Promise<Floor> {
  await using folder = await temporaryFolder();
  const chunk = Buffer.alloc(CHUNK_BYTES, 'floe');
  const chunks = Math.ceil(sizeBytes / CHUNK_BYTES);
  const write = await secondsOf(async () => {
    await using file = await open(join(folder.path, 'written'), 'w');
    for (let n = 0; n < chunks; n += 1) await file.write(chunk);
    await file.sync();
  });
  const hash = await secondsOf(async () => {
    const sum = createHash('sha256');
    for (let n = 0; n < chunks; n += 1) sum.update(chunk);
    sum.digest();
  });
  return { write, hash };
}

async function secondsOf(work: () => Promise<void>): Promise<number> {
  const begun = performance.now();
  await work();
  return (performance.now() - begun) / 1_000;
}
