import { setTimeout as sleep } from 'node:timers/promises';

import { describe, expect, it } from 'vitest';

import type { OutgoingRecord } from '../bus.ts';
import type { BusServer, OpenBus } from './bus-server.ts';
import type { FaultProxy } from './fault-proxy.ts';
import { newTopic, numbered, numbers, outOfOrder, valuesOf } from './numbered.ts';
import { Received } from './received.ts';

const TEST_MS = 180_000;
const AWAY_MS = 60_000;
const CHAOS_MS = 10_000;
const KEYS = ['Ada', 'Bea', 'Cleo', 'Dora', 'Eva', 'Fay'];
const BATCH = 5;
const ATTEMPT_MS = 3_000;
const never = new AbortController().signal;

export function failing(server: () => BusServer): void {
  describe('failing', { timeout: TEST_MS }, () => {
    it('has every acknowledged record in the log, whatever happens to the connections', async () => {
      const { proxy } = server();
      await using publisher = await server().openThroughProxy();
      await using reader = await server().open();
      const topic = newTopic();
      const received = new Received();
      await using _ = reader.subscribe('reader', [topic], received.handle);

      const chaos = AbortSignal.timeout(CHAOS_MS);
      const [told] = await Promise.all([
        Promise.all(KEYS.map((key) => publishDuring(chaos, publisher, topic, key))),
        disturb(proxy, chaos),
      ]);

      await received.all(told.flatMap(({ acknowledged }) => acknowledged));
      expect(told.reduce((sum, { failures }) => sum + failures, 0)).toBeGreaterThan(0);
      expect(outOfOrder(received.values)).toEqual([]);
    });

    it('recovers alone when the server was away', async () => {
      await using bus = await server().open();
      const topic = newTopic();
      const received = new Received();
      await using member = bus.subscribe('reader', [topic], received.handle);
      expect(member.joined).toBe(false);
      const before = numbered(topic, 'key', 0);
      await bus.publish([before], never);
      await received.all(valuesOf([before]));
      expect(member.joined).toBe(true);

      await server().kill();
      const records = numbers(topic, 'key', 20, 1);
      const publishing = publishEach(bus, records);
      await sleep(AWAY_MS);
      await server().start();

      await publishing;
      await received.all(valuesOf(records));
      expect(outOfOrder(received.values)).toEqual([]);
      expect(member.joined).toBe(true);
    });

    it('commits nothing for a partition that was given to another member', async () => {
      const { proxy, silenceMs } = server();
      await using cutOff = await server().openThroughProxy();
      await using bus = await server().open();
      const topic = newTopic();
      const [given, gate] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
      const successor = new Received();
      const first = numbers(topic, 'key', 10);
      const second = numbers(topic, 'key', 10, 10);
      await bus.publish(first, never);
      await using blocked = new AsyncDisposableStack();
      blocked.use(
        cutOff.subscribe('group', [topic], async () => {
          given.resolve();
          await gate.promise;
        }),
      );
      await given.promise;

      proxy.open = false;
      proxy.cut();
      {
        await using _ = bus.subscribe('group', [topic], successor.handle);
        await bus.publish(second, never);
        await successor.all(valuesOf([...first, ...second]));
        await untilCommitted(bus, 'group');
        proxy.open = true;
        gate.resolve();
        await sleep(silenceMs);
        await blocked.disposeAsync();
      }
      const next = numbered(topic, 'key', 20);
      await bus.publish([next], never);
      const later = new Received();
      await using _ = bus.subscribe('group', [topic], later.handle);
      await later.all(valuesOf([next]));

      expect(later.values).toEqual(valuesOf([next]));
    });
  });
}

/** Cuts, delays and loses in turn, and leaves everything as it was. */
async function disturb(proxy: FaultProxy, during: AbortSignal): Promise<void> {
  const faults = [
    () => proxy.cut(),
    () => (proxy.answers = { lateByMs: 80 }),
    () => (proxy.answers = 'are lost'),
    () => (proxy.open = false),
  ];
  for (let round = 0; !during.aborted; round += 1) {
    faults[round % faults.length]?.();
    await sleep(150);
    // A stream with a hole in it is worth nothing.
    if (proxy.answers === 'are lost') proxy.cut();
    proxy.answers = 'pass';
    proxy.open = true;
    await sleep(300);
  }
}

/** Each batch until it is acknowledged. */
async function publishDuring(chaos: AbortSignal, bus: OpenBus, topic: string, key: string) {
  const acknowledged: string[] = [];
  let failures = 0;
  for (let batch = 0; !chaos.aborted; batch += 1) {
    const records = numbers(topic, key, BATCH, batch * BATCH);
    failures += await publishStubbornly(bus, records);
    acknowledged.push(...valuesOf(records));
    await sleep(20);
  }
  return { acknowledged, failures };
}

async function publishEach(bus: OpenBus, records: readonly OutgoingRecord[]): Promise<void> {
  for (const record of records) await publishStubbornly(bus, [record]);
}

/** Gives how often it had to try again. */
async function publishStubbornly(
  bus: OpenBus,
  records: readonly OutgoingRecord[],
): Promise<number> {
  for (let failures = 0; ; failures += 1) {
    try {
      await bus.publish(records, AbortSignal.timeout(ATTEMPT_MS));
      return failures;
    } catch {
      await sleep(50);
    }
  }
}

async function untilCommitted(bus: OpenBus, group: string): Promise<void> {
  const behind = async (): Promise<boolean> =>
    (await bus.lag(group)).some(({ records }) => records > 0n);
  while (await behind()) await sleep(20);
}
