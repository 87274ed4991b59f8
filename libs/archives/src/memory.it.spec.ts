import { monitorEventLoopDelay } from 'node:perf_hooks';
import { gzipSync } from 'node:zlib';

import { describe, expect, it } from 'vitest';

import { rawEntries, rawTar } from './testing/raw-tar.ts';
import { rawZip } from './testing/raw-zip.ts';
import { refusalOf, unpacked } from './testing/unpacked.ts';

const MIB = 1024 ** 2;

describe('a long archive', () => {
  it('takes the memory of a short one', async () => {
    let peak = 0;
    const chunk = Buffer.alloc(64 * 1024, 'floe');
    const size = Buffer.from(`${(300 * MIB).toString(8).padStart(11, '0')}\0`);
    async function* long() {
      yield rawEntries({ name: 'big.bin', size });
      for (let sent = 0; sent < 300 * MIB; sent += chunk.length) {
        yield Buffer.from(chunk);
        peak = Math.max(peak, process.memoryUsage().arrayBuffers);
      }
      yield rawTar({ name: 'unwanted', type: '2' });
    }
    const before = process.memoryUsage().arrayBuffers;

    await refusalOf(long());

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
  ])('of 50,000 files leaves the event loop to others: %s', async (_, archive) => {
    const delay = monitorEventLoopDelay({ resolution: 5 });
    delay.enable();

    expect(Object.keys(await unpacked(archive, { maxRatio: 1_000 }))).toHaveLength(50_000);

    expect(delay.percentile(99)).toBeLessThan(50_000_000);
  });
});

function manyFiles(): { readonly name: string; readonly content: string }[] {
  return Array.from({ length: 50_000 }, (_, index) => ({
    name: `${index % 100}/${index}`,
    content: String(index),
  }));
}
