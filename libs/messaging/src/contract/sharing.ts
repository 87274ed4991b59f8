import { describe, expect, it } from 'vitest';

import type { OutgoingRecord } from '../bus.ts';
import type { BusServer, OpenBus } from './bus-server.ts';
import { newTopic, outOfOrder, series, valuesOf } from './numbered.ts';
import { Received } from './received.ts';
import { untilBothRead } from './until-both-read.ts';

const TEST_MS = 120_000;
const never = new AbortController().signal;

export function sharing(server: () => BusServer): void {
  describe('sharing', { timeout: TEST_MS }, () => {
    it('shares the partitions among the members, and gives them to who stays', async () => {
      await using buses = new AsyncDisposableStack();
      const [one, other] = [buses.use(await server().open()), buses.use(await server().open())];
      const topic = newTopic();
      const [byOne, byOther] = [new Received(), new Received()];
      const leaving = one.subscribe('group', [topic], byOne.handle);
      buses.use(other.subscribe('group', [topic], byOther.handle));

      await untilBothRead(other, topic, [byOne, byOther]);
      await leaving[Symbol.asyncDispose]();
      const rest = series(topic, 5, { from: 10_000 });
      await other.publish(rest, never);
      await byOther.all(valuesOf(rest));

      expect(byOne.values).not.toContain(valuesOf(rest)[0]);
    });

    it('loses nothing and keeps the order while members come and go', async () => {
      await using buses = new AsyncDisposableStack();
      const topic = newTopic();
      const received = new Received();
      const records = series(topic, 200);
      const stable = buses.use(await server().open());
      const visitor = buses.use(await server().open());
      buses.use(stable.subscribe('group', [topic], received.handle));

      const publishing = publishSlowly(stable, records);
      for (let visit = 0; visit < 3; visit += 1) {
        const visiting = visitor.subscribe('group', [topic], received.handle);
        const before = received.records.length;
        await received.until(
          ({ records: { length } }) => length > before + 200 || length >= records.length,
        );
        await visiting[Symbol.asyncDispose]();
      }
      await publishing;
      await received.all(valuesOf(records));

      expect(outOfOrder(received.values)).toEqual([]);
    });
  });
}

async function publishSlowly(bus: OpenBus, records: readonly OutgoingRecord[]): Promise<void> {
  for (let at = 0; at < records.length; at += 10) {
    await bus.publish(records.slice(at, at + 10), never);
  }
}
