import { describe, expect, it } from 'vitest';

import { paxRecord, rawEntries, rawTar } from './testing/raw-tar.ts';
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

  it('of 100,000 files leaves the event loop to others', async () => {
    const files = Array.from({ length: 1_000 }, (_, index) => index);
    async function* many() {
      for (let folder = 0; folder < 100; folder += 1)
        yield rawEntries(...files.map((file) => ({ name: `${folder}/${file}`, content: 'x' })));
      yield rawTar({ name: 'unwanted', type: 'x', content: paxRecord('path', '..') }, {});
    }

    expect(await refusalOf(many())).toMatchObject({ entry: '..' });
    expect(await unpacked(rawTar({}))).toEqual({ 'a.bin': '' });
  });
});
