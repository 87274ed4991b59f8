import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { describe, expect, it } from 'vitest';

import type { BusServer } from './bus-server.ts';
import { ConsumerProcess } from './consumer-process.ts';
import { newTopic, numbered, valuesOf } from './numbered.ts';
import { Received } from './received.ts';
import { untilBothRead } from './until-both-read.ts';

const TEST_MS = 120_000;
const CLOSE_MS = 12_000;
const MIB = 1024 * 1024;
const never = new AbortController().signal;

export function closing(server: () => BusServer): void {
  describe('closing and holding', { timeout: TEST_MS }, () => {
    it('closes within its deadline though a handler never ends', async () => {
      const bus = await server().open();
      const topic = newTopic();
      const given = Promise.withResolvers<AbortSignal>();
      await bus.publish([numbered(topic, 'key', 0)], never);
      const reading = bus.subscribe('reader', [topic], async (_, signal) => {
        given.resolve(signal);
        await new Promise(() => {});
      });
      const signal = await given.promise;

      const closingAt = performance.now();
      await reading[Symbol.asyncDispose]();
      await bus[Symbol.asyncDispose]();
      await bus[Symbol.asyncDispose]();

      expect(performance.now() - closingAt).toBeLessThan(CLOSE_MS);
      expect(signal.aborted).toBe(true);
    });

    it('closes within its deadline though the server does not answer', async () => {
      const { proxy } = server();
      const bus = await server().openThroughProxy();
      const topic = newTopic();
      const received = new Received();
      await bus.publish([numbered(topic, 'key', 0)], never);
      bus.subscribe('reader', [topic], received.handle);
      await received.until(({ records }) => records.length === 1);

      proxy.answers = 'are lost';
      const publishing = bus.publish([numbered(topic, 'key', 1)], AbortSignal.timeout(500));
      await expect(publishing).rejects.toThrow('unknown');
      const closingAt = performance.now();
      await bus[Symbol.asyncDispose]();
      proxy.answers = 'pass';
      proxy.cut();

      expect(performance.now() - closingAt).toBeLessThan(CLOSE_MS);
    });

    it('keeps the partition of a handler that takes longer than a member may be silent', async () => {
      await using buses = new AsyncDisposableStack();
      const [one, other] = [buses.use(await server().open()), buses.use(await server().open())];
      const topic = newTopic();
      const [byOne, byOther, begun] = [new Received(), new Received(), new Received()];
      const record = numbered(topic, 'slow', 0);
      const [slow = ''] = valuesOf([record]);
      for (const [bus, received] of [[one, byOne] as const, [other, byOther] as const]) {
        const reading = bus.subscribe('group', [topic], async (batch) => {
          begun.add(batch);
          if (valuesOf(batch).includes(slow)) await sleep(2 * server().silenceMs);
          received.add(batch);
        });
        buses.use(reading);
      }
      await untilBothRead(one, topic, [byOne, byOther]);

      await one.publish([record], never);
      await Promise.race([byOne.all([slow]), byOther.all([slow])]);

      expect(begun.values.filter((each) => each === slow)).toEqual([slow]);
    });

    it('holds little of what waits', async () => {
      await using bus = await server().open();
      const topic = newTopic();
      const large = (nth: number) => ({
        ...numbered(topic, `key${nth % 10}`, nth),
        value: Buffer.alloc(MIB / 2, nth),
      });
      await bus.publish(
        Array.from({ length: 10 }, (_, nth) => numbered(topic, `key${nth}`, 0)),
        never,
      );
      const log = join(tmpdir(), 'never written');
      await using consumer = ConsumerProcess.start(server(), { group: 'reader', topic, log });
      await consumer.reading;
      const before = consumer.residentMib();

      for (let nth = 0; nth < 240; nth += 4) {
        await bus.publish(
          [0, 1, 2, 3].map((more) => large(nth + more)),
          never,
        );
      }
      await sleep(2_000);

      expect(consumer.residentMib() - before).toBeLessThan(60);
    });
  });
}
