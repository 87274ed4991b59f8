import { describe, expect, it } from 'vitest';

import type { BusRecord, OutgoingRecord } from '../bus.ts';
import { partitionOf } from '../partition-of.ts';
import type { BusServer } from './bus-server.ts';
import { newTopic, numbered, numbers, outOfOrder, series, valuesOf } from './numbered.ts';
import { Received } from './received.ts';

const TEST_MS = 60_000;
const PARTITIONS = 4;
const never = new AbortController().signal;

export function delivering(server: () => BusServer): void {
  describe('delivering', { timeout: TEST_MS }, () => {
    it('hands over every byte untouched', async () => {
      await using bus = await server().open();
      const records = strangeRecords(newTopic());
      const received = new Received();

      await bus.publish(records, never);
      await using _ = bus.subscribe('reader', [records[0]?.topic ?? ''], received.handle);
      await received.until((all) => all.records.length === records.length);

      const given = received.records.map((record) => bytesOf(record));
      expect(given.toSorted()).toEqual(records.map((record) => bytesOf(record)).toSorted());
    });

    it('keeps the order of each key, in the partition that Kafka chooses', async () => {
      await using bus = await server().open();
      const topic = newTopic();
      const records = series(topic, 50);
      const received = new Received();
      await using _ = bus.subscribe('reader', [topic], received.handle);

      for (let at = 0; at < records.length; at += 70) {
        await bus.publish(records.slice(at, at + 70), never);
      }
      await received.all(valuesOf(records));

      expect(received.records).toHaveLength(records.length);
      expect(outOfOrder(received.values)).toEqual([]);
      expect(received.records.map(({ partition }) => partition)).toEqual(
        received.records.map(({ key }) => partitionOf(key, PARTITIONS)),
      );
    });

    it('gives all records to every group, and goes on behind what a group committed', async () => {
      await using bus = await server().open();
      const topic = newTopic();
      const [first, second] = [series(topic, 5), series(topic, 5, { from: 5 })];
      const [one, other, later] = [new Received(), new Received(), new Received()];
      await bus.publish(first, never);
      {
        await using reading = new AsyncDisposableStack();
        reading.use(bus.subscribe('one', [topic], one.handle));
        reading.use(bus.subscribe('other', [topic], other.handle));
        await one.all(valuesOf(first));
        await other.all(valuesOf(first));
        await caughtUp(bus, 'one');
      }
      await bus.publish(second, never);

      await using _ = bus.subscribe('one', [topic], later.handle);
      await later.all(valuesOf(second));

      expect(later.values.toSorted()).toEqual(valuesOf(second).toSorted());
    });

    it('hands a rejected batch over again before anything behind it', async () => {
      await using bus = await server().open();
      const topic = newTopic();
      const records = numbers(topic, 'key', 30);
      const received = new Received();
      let failures = 3;

      await bus.publish(records, never);
      await using _ = bus.subscribe('reader', [topic], async (batch) => {
        if ((failures -= 1) >= 0) throw new Error('not yet');
        received.add(batch);
      });
      await received.all(valuesOf(records));

      expect(received.values).toEqual(valuesOf(records));
    });

    it('tells how far a group is behind that has not handled anything yet', async () => {
      await using bus = await server().open();
      const topic = newTopic();
      const records = series(topic, 3);
      const gate = Promise.withResolvers<void>();
      const given = Promise.withResolvers<void>();
      await bus.publish(records, never);
      await using _ = bus.subscribe('reader', [topic], async () => {
        given.resolve();
        await gate.promise;
      });
      await given.promise;

      const behind = (await bus.lag('reader'))
        .filter((lag) => lag.topic === topic)
        .reduce((sum, lag) => sum + lag.records, 0n);
      gate.resolve();

      expect(behind).toBe(BigInt(records.length));
    });

    it('tells how many records topics keep', async () => {
      await using bus = await server().open();
      const [topic, absent] = [newTopic(), newTopic()];
      const records = series(topic, 2);
      await bus.publish(records, never);

      const kept = await bus.kept([topic, absent]);

      // Publishing may repeat a record whose outcome it did not hear of.
      expect(kept.get(topic)).toBeGreaterThanOrEqual(records.length);
      expect(kept.get(absent)).toBe(0n);
    });

    it('lets no partition wait for another', async () => {
      await using bus = await server().open();
      const topic = newTopic();
      const records = series(topic, 20);
      const stuck = partitionOf(Buffer.from('key0'), PARTITIONS);
      const moving = records.filter(({ key }) => partitionOf(key, PARTITIONS) !== stuck);
      const received = new Received();
      const gate = Promise.withResolvers<void>();

      await bus.publish(records, never);
      await using _ = bus.subscribe('reader', [topic], async (batch) => {
        if (batch[0]?.partition === stuck) await gate.promise;
        received.add(batch);
      });
      await received.all(valuesOf(moving));
      expect(received.records).toHaveLength(moving.length);

      gate.resolve();
      await received.all(valuesOf(records));
    });
  });
}

/** Resolves when the group has committed everything. */
async function caughtUp(
  bus: { lag(group: string): Promise<readonly { readonly records: bigint }[]> },
  group: string,
): Promise<void> {
  for (;;) {
    const lags = await bus.lag(group);
    if (lags.length > 0 && lags.every(({ records }) => records === 0n)) return;
  }
}

function strangeRecords(topic: string): OutgoingRecord[] {
  const ordinary = numbered(topic, 'Ada', 1);
  const everyByte = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
  return [
    {
      ...ordinary,
      headers: [
        ['ce_id', everyByte],
        ['ce_type', Buffer.from('ü')],
        ['ce_type', Buffer.of()],
      ],
    },
    { ...ordinary, value: Buffer.of() },
    { ...ordinary, value: null },
    { ...ordinary, key: null },
    { ...ordinary, key: everyByte, value: everyByte },
    { ...ordinary, value: Buffer.alloc(1024 * 1024, 'x') },
  ];
}

function bytesOf({ key, value, headers }: OutgoingRecord | BusRecord): string {
  return JSON.stringify([hex(key), hex(value), headers.map(([name, bytes]) => [name, hex(bytes)])]);
}

function hex(bytes: Uint8Array | null): string | undefined {
  return bytes === null ? undefined : Buffer.from(bytes).toString('hex');
}
