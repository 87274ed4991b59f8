import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { gzipSync } from 'node:zlib';

import { describe, expect, it } from 'vitest';

import { rawEntries, rawTar } from './testing/raw-tar.ts';
import { rawZip } from './testing/raw-zip.ts';
import { refusalOf, unpacked } from './testing/unpacked.ts';

const MIB = 1024 ** 2;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

describe('a long archive', () => {
  it('takes the memory of a short one', async () => {
    let peak = 0;
    const chunk = Buffer.alloc(64 * 1024, 'floe');
    const size = Buffer.from(`${(300 * MIB).toString(8).padStart(11, '0')}\0`);
    async function* long() {
      yield rawEntries({ name: 'big.bin', size });
      for (let sent = 0; sent < 300 * MIB; sent += chunk.length) {
        yield Buffer.from(chunk);
        if (sent % (32 * MIB) !== 0) continue;
        // What the collector has not come to yet is not kept.
        collect();
        peak = Math.max(peak, process.memoryUsage().arrayBuffers);
      }
      yield rawTar({ name: 'unwanted', type: '2' });
    }
    const before = process.memoryUsage().arrayBuffers;

    await refusalOf(long());

    expect(peak).toBeGreaterThan(0);
    expect(peak - before).toBeLessThan(100 * MIB);
  });

  it('is read no faster than it is written', async () => {
    let pulled = 0;
    async function* counted() {
      yield rawEntries({ name: 'a.bin', size: Buffer.from('77777777777\0') });
      for (;;) yield Buffer.alloc((pulled += 1) && 1_024);
    }

    await refusalOf(counted(), { maxSeconds: 0.05 });
    const atEnd = pulled;
    await new Promise((resolve) => setImmediate(resolve));

    expect(pulled).toBeLessThanOrEqual(atEnd + 1);
  });

  it.each([
    ['a tar in gzip', gzipSync(rawTar(...manyFiles()))],
    ['a zip', rawZip(manyFiles())],
    // On a busy machine even a thread's own time has outliers (caches, other threads of its core).
  ])('of 50,000 files leaves the event loop to others: %s', { retry: 2 }, async (_, archive) => {
    using turns = watchTurns();

    expect(Object.keys(await unpacked(archive, { maxRatio: 1_000 }))).toHaveLength(50_000);

    expect(turns.longest(0.99)).toBeLessThan(50);
  });
});

/** How much this thread computes between two turns of its event loop, in ms: a busy machine does not count. */
function watchTurns(): Disposable & { longest(share: number): number } {
  const turns: number[] = [];
  let last = process.threadCpuUsage();
  const ticking = setInterval(() => {
    const now = process.threadCpuUsage();
    turns.push((now.user - last.user + now.system - last.system) / 1_000);
    last = now;
  }, 1);
  return {
    longest: (share) => turns.toSorted((a, b) => a - b).at(Math.floor(share * turns.length)) ?? 0,
    [Symbol.dispose]: () => clearInterval(ticking),
  };
}

function manyFiles(): { readonly name: string; readonly content: string }[] {
  return Array.from({ length: 50_000 }, (_, index) => ({
    name: `${index % 100}/${index}`,
    content: String(index),
  }));
}
