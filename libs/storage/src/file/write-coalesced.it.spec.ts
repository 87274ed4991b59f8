import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { describe, expect, it, vi } from 'vitest';

import { arbitraryBlob, chunked } from '../contract/arbitrary-blob.ts';
import { writeCoalesced } from './write-coalesced.ts';

const MIB = 1024 * 1024;

describe('writeCoalesced', () => {
  it('writes pieces of a mebibyte or more', async () => {
    await using target = await aTarget();
    const writes = vi.spyOn(target.file, 'writev');
    const { bytes } = arbitraryBlob(10 * MIB);

    await writeCoalesced(target.file, chunked(bytes, 65_000));

    const sizes = writes.mock.calls.map(([piece]) => total(piece));
    expect(sizes.slice(0, -1).every((size) => size >= MIB)).toBe(true);
    expect(bytes.equals(await readFile(target.path))).toBe(true);
  });

  it('writes the rest of what was taken in part only', async () => {
    await using target = await aTarget();
    const { bytes } = arbitraryBlob(3 * MIB);
    const writev = target.file.writev.bind(target.file);
    vi.spyOn(target.file, 'writev').mockImplementation((piece, position) =>
      writev(firstBytes(piece, 100_003), position),
    );

    const written = await writeCoalesced(target.file, chunked(bytes, 65_536, 1, 300_000));

    expect(written).toBe(bytes.length);
    expect(bytes.equals(await readFile(target.path))).toBe(true);
  });

  it('passes on what the disk said about an early part, which it says only once', async () => {
    await using target = await aTarget();
    vi.spyOn(target.file, 'datasync').mockRejectedValueOnce(new Error('EIO'));

    const writing = writeCoalesced(target.file, chunked(Buffer.alloc(40 * MIB), MIB));

    await expect(writing).rejects.toThrow('EIO');
  });

  it('asks a fast source for no more than it can write', async () => {
    await using target = await aTarget();
    const { promise: goOn, resolve } = Promise.withResolvers<void>();
    const writev = target.file.writev.bind(target.file);
    vi.spyOn(target.file, 'writev').mockImplementation(async (piece, position) => {
      await goOn;
      return writev(piece, position);
    });
    let asked = 0;
    async function* fast(): AsyncGenerator<Uint8Array> {
      for (; asked < 100; asked += 1) yield Buffer.alloc(MIB);
    }

    const writing = writeCoalesced(target.file, fast());
    await new Promise((turn) => setImmediate(turn));
    expect(asked).toBeLessThanOrEqual(3);
    resolve();

    expect(await writing).toBe(100 * MIB);
  });
});

async function aTarget() {
  const folder = await mkdtemp(join(tmpdir(), 'floe-write-'));
  const path = join(folder, 'file');
  const file = await open(path, 'wx');
  return {
    path,
    file,
    async [Symbol.asyncDispose]() {
      await file.close();
      await rm(folder, { recursive: true });
    },
  };
}

function total(piece: readonly NodeJS.ArrayBufferView[]): number {
  return piece.reduce((sum, { byteLength }) => sum + byteLength, 0);
}

function firstBytes(piece: readonly NodeJS.ArrayBufferView[], bytes: number): Uint8Array[] {
  return [Buffer.concat(piece as readonly Uint8Array[]).subarray(0, bytes)];
}
