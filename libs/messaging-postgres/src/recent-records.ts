import type { BusRecord } from '@floe/messaging';

import type { PlacedRecord } from './append-records.ts';
import { type Head, nameOf } from './place.ts';
import type { Asked } from './read-records.ts';

const MOST_RECORDS = 1_000;
const MOST_BYTES = 256 * 1024;

/** The last records of a partition without a gap between them, oldest first. */
interface Run {
  readonly records: BusRecord[];
  bytes: number;
}

/**
 * What this process has just published, kept for its own readers: they need not ask the server for what passed by
 * here. Only committed records come in; what is not here is read from the server. At most 256 KiB for a partition.
 */
export class RecentRecords {
  readonly #runs = new Map<string, Run>();

  /** @param heads the ends of the partitions that the records were appended to in one statement */
  add(placed: readonly PlacedRecord[], heads: readonly Head[]): void {
    const byPartition = Map.groupBy(placed, nameOf);
    for (const head of heads) {
      const appended = byPartition.get(nameOf(head)) ?? [];
      const first = head.lastOffset - BigInt(appended.length) + 1n;
      this.#append(
        head,
        appended.map((record, nth) => ({ ...record, offset: first + BigInt(nth) })),
      );
    }
  }

  /** The records behind an offset, in order and without a gap; none when the next one did not pass by here. */
  after({ after, ...place }: Asked, most: number): readonly BusRecord[] {
    const records = this.#runs.get(nameOf(place))?.records ?? [];
    const first = records[0];
    if (first === undefined || first.offset > after + 1n) return [];
    const from = Number(after + 1n - first.offset);
    return records.slice(from, from + most);
  }

  #append(head: Head, appended: readonly BusRecord[]): void {
    const run = this.#runs.get(nameOf(head)) ?? { records: [], bytes: 0 };
    this.#runs.set(nameOf(head), run);
    const [first] = appended;
    const last = run.records.at(-1);
    if (first === undefined || (last !== undefined && first.offset <= last.offset)) return;
    // Others have appended in between: what is older than their records is of no use any more.
    if (last !== undefined && first.offset !== last.offset + 1n) {
      run.records.length = 0;
      run.bytes = 0;
    }
    run.records.push(...appended);
    for (const record of appended) run.bytes += bytesOf(record);
    forgetOldest(run);
  }
}

function forgetOldest(run: Run): void {
  let gone = 0;
  for (const record of run.records) {
    const tooMany = run.records.length - gone > MOST_RECORDS;
    if (!tooMany && run.bytes <= MOST_BYTES) break;
    run.bytes -= bytesOf(record);
    gone++;
  }
  run.records.splice(0, gone);
}

function bytesOf({ key, value, headers }: BusRecord): number {
  const named = headers.reduce((sum, [name, bytes]) => sum + name.length + bytes.length, 0);
  return (key?.length ?? 0) + (value?.length ?? 0) + named;
}
