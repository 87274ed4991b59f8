import { describe, expect, it } from 'vitest';

import type { PlacedRecord } from './append-records.ts';
import { RecentRecords } from './recent-records.ts';

const PLACE = { topic: 'floe.builds.v1', partition: 2 };
const MOST = 100;

describe('RecentRecords', () => {
  it('gives what was appended behind an offset, in order, with its offsets', () => {
    const recent = new RecentRecords();
    recent.add([record('a'), record('b')], [head(7n)]);
    recent.add([record('c')], [head(8n)]);

    expect(textsAfter(recent, 5n)).toEqual(['6 a', '7 b', '8 c']);
    expect(textsAfter(recent, 6n)).toEqual(['7 b', '8 c']);
    expect(textsAfter(recent, 8n)).toEqual([]);
  });

  it('gives no more than asked for', () => {
    const recent = new RecentRecords();
    recent.add([record('a'), record('b'), record('c')], [head(3n)]);

    expect(recent.after({ ...PLACE, after: 0n }, 2)).toHaveLength(2);
  });

  it('keeps partitions apart', () => {
    const recent = new RecentRecords();
    const other = { ...PLACE, partition: 3 };
    recent.add(
      [record('a'), { ...record('b'), ...other }],
      [head(1n), { ...other, lastOffset: 4n }],
    );

    expect(textsAfter(recent, 0n)).toEqual(['1 a']);
    expect(recent.after({ ...other, after: 3n }, MOST)).toMatchObject([{ ...other, offset: 4n }]);
  });

  it('gives nothing when the next record did not pass by here', () => {
    const recent = new RecentRecords();
    recent.add([record('a')], [head(5n)]);

    expect(textsAfter(recent, 3n)).toEqual([]);
  });

  it('begins anew behind records of others', () => {
    const recent = new RecentRecords();
    recent.add([record('a')], [head(5n)]);
    recent.add([record('c')], [head(7n)]);

    expect(textsAfter(recent, 4n)).toEqual([]);
    expect(textsAfter(recent, 6n)).toEqual(['7 c']);
  });

  it('leaves a batch out that is told after a later one', () => {
    const recent = new RecentRecords();
    recent.add([record('b')], [head(2n)]);
    recent.add([record('a')], [head(1n)]);

    expect(textsAfter(recent, 0n)).toEqual([]);
    expect(textsAfter(recent, 1n)).toEqual(['2 b']);
  });

  it('forgets the oldest', () => {
    const recent = new RecentRecords();
    for (let offset = 1n; offset <= 30n; offset++) recent.add([large()], [head(offset)]);

    expect(textsAfter(recent, 0n)).toEqual([]);
    expect(recent.after({ ...PLACE, after: 29n }, MOST)).toHaveLength(1);
    expect(keptBehind(recent)).toBeLessThanOrEqual(8);
  });
});

function record(text: string): PlacedRecord {
  return { ...PLACE, key: Buffer.from('k'), value: Buffer.from(text), headers: [] };
}

function large(): PlacedRecord {
  return { ...record(''), value: Buffer.alloc(32 * 1024) };
}

function head(lastOffset: bigint): typeof PLACE & { readonly lastOffset: bigint } {
  return { ...PLACE, lastOffset };
}

function textsAfter(recent: RecentRecords, after: bigint): readonly string[] {
  const records = recent.after({ ...PLACE, after }, MOST);
  return records.map(({ offset, value }) => `${offset} ${Buffer.from(value ?? []).toString()}`);
}

/** The most records that it gives for any offset of the test. */
function keptBehind(recent: RecentRecords): number {
  const lengths = Array.from(
    { length: 30 },
    (_, after) => textsAfter(recent, BigInt(after)).length,
  );
  return Math.max(...lengths);
}
