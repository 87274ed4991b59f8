import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { describe, expect, it, vi } from 'vitest';

import { chunked } from '../contract/arbitrary-blob.ts';
import { PartFiles } from './part-files.ts';

const PART = 1_000;
const PARTS = 8;

describe('PartFiles', () => {
  it('shares an fsync among all parts that wait for the disk', async () => {
    await using disk = await aDisk();
    const files = new PartFiles();
    const { promise: goOn, resolve } = Promise.withResolvers<void>();
    disk.datasync.mockImplementationOnce(() => goOn);

    const writing = Array.from({ length: PARTS }, (_, n) => write(files, disk.path, n));
    await vi.waitFor(() => expect(disk.datasync).toHaveBeenCalledOnce());
    resolve();
    await Promise.all(writing);

    expect(disk.datasync.mock.calls.length).toBeLessThan(PARTS);
    const whole = Array.from({ length: PARTS }, (_, n) => Buffer.alloc(PART, n));
    expect(Buffer.concat(whole).equals(await readFile(disk.path))).toBe(true);
  });

  it('begins an fsync after the last byte of each part', async () => {
    await using disk = await aDisk();
    const files = new PartFiles();
    const { promise: goOn, resolve } = Promise.withResolvers<void>();
    disk.datasync.mockImplementationOnce(() => goOn);

    const first = write(files, disk.path, 0);
    await vi.waitFor(() => expect(disk.datasync).toHaveBeenCalledOnce());
    const second = write(files, disk.path, 1);
    resolve();
    await Promise.all([first, second]);

    expect(disk.datasync).toHaveBeenCalledTimes(2);
  });

  it('tells a write that the disk lost to each part that was under way, and to none after them', async () => {
    await using disk = await aDisk();
    const files = new PartFiles();
    const { promise: goOn, reject } = Promise.withResolvers<void>();
    disk.datasync.mockImplementationOnce(() => goOn);

    const under = [write(files, disk.path, 0)];
    await vi.waitFor(() => expect(disk.datasync).toHaveBeenCalledOnce());
    under.push(write(files, disk.path, 1));
    reject(new Error('EIO'));
    const outcomes = await Promise.allSettled(under);
    await write(files, disk.path, 2);

    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  });
});

function write(files: PartFiles, path: string, number: number): Promise<void> {
  const bytes = Buffer.alloc(PART, number);
  return files.write(path, PARTS * PART, chunked(bytes, 100), number * PART);
}

/** A file whose fsyncs are seen. */
async function aDisk() {
  const folder = await mkdtemp(join(tmpdir(), 'floe-parts-'));
  const path = join(folder, 'parts');
  await using file = await open(path, 'w');
  const datasync = vi.spyOn(Object.getPrototypeOf(file) as typeof file, 'datasync');
  return {
    path,
    datasync,
    async [Symbol.asyncDispose]() {
      datasync.mockRestore();
      await rm(folder, { recursive: true });
    },
  };
}
