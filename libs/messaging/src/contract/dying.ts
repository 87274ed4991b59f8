import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import type { BusServer, OpenBus } from './bus-server.ts';
import { ConsumerProcess } from './consumer-process.ts';
import { newTopic, outOfOrder, series, valuesOf } from './numbered.ts';
import { STEPS } from './run-consumer.ts';

const TEST_MS = 120_000;
const DIES_AFTER = 150;
const never = new AbortController().signal;

export function dying(server: () => BusServer): void {
  describe('dying', { timeout: TEST_MS }, () => {
    it.each(STEPS)('loses nothing when a member is killed %s', async (step) => {
      await using resources = new AsyncDisposableStack();
      const bus = resources.use(await server().open());
      const folder = await mkdtemp(join(tmpdir(), 'floe-bus-'));
      resources.defer(() => rm(folder, { recursive: true }));
      const log = join(folder, 'handled');
      const topic = newTopic();
      const survivor = survivorOf(bus, topic);
      resources.use(survivor.reading);

      const mortal = resources.use(
        ConsumerProcess.start(server(), {
          group: 'group',
          topic,
          log,
          death: { step, afterRecords: DIES_AFTER },
        }),
      );
      const published: string[] = [];
      for (let from = 0; mortal.alive; from += 1) {
        const records = series(topic, 1, { from });
        await bus.publish(records, never);
        published.push(...valuesOf(records));
      }
      expect(await mortal.signal()).toBe('SIGKILL');
      const last = series(topic, 1, { from: 1_000_000 });
      await bus.publish(last, never);
      await survivor.gives(valuesOf(last));

      const handled = [...(await linesOf(log)), ...survivor.handled].toSorted(byTime);
      const values = handled.map(({ value }) => value);
      const known = new Set(values);
      expect(published.filter((value) => !known.has(value))).toEqual([]);
      expect(outOfOrder(values)).toEqual([]);
    });
  });
}

interface Handled {
  /** Monotonic, the same for all processes of the machine. */
  readonly at: bigint;
  readonly value: string;
}

function survivorOf(bus: OpenBus, topic: string) {
  const handled: Handled[] = [];
  const arrived = new Map<string, () => void>();
  const reading = bus.subscribe('group', [topic], async (records) => {
    for (const { value } of records) {
      handled.push({ at: process.hrtime.bigint(), value: String(value) });
      arrived.get(String(value))?.();
    }
  });
  const gives = async (values: readonly string[]): Promise<void> => {
    const missing = values.filter((value) => !handled.some((each) => each.value === value));
    await Promise.all(
      missing.map((value) => new Promise<void>((resolve) => void arrived.set(value, resolve))),
    );
  };
  return { handled, reading, gives };
}

async function linesOf(log: string): Promise<Handled[]> {
  const lines = (await readFile(log, 'utf8')).split('\n').slice(0, -1);
  return lines.map((line) => {
    const [at = '', ...value] = line.split(' ');
    return { at: BigInt(at), value: value.join(' ') };
  });
}

function byTime(one: Handled, other: Handled): number {
  return Number(one.at - other.at);
}
