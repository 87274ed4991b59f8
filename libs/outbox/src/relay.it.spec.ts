import { setTimeout as sleep } from 'node:timers/promises';

import {
  Bus,
  Doorbell,
  type FactType,
  type OutgoingRecord,
  type Subscription,
} from '@floe/messaging';
import { eventually, startPostgres } from '@floe/testing';
import type { DataSource } from 'typeorm';
import { describe, expect, it } from 'vitest';

import { openDataSource } from './open-data-source.ts';
import { openSession } from './open-session.ts';
import { outboxState } from './outbox-state.ts';
import { Outbox } from './outbox.ts';
import { Relay } from './relay.ts';
import { sweepOutbox } from './sweep-outbox.ts';
import { TypeOrmTransactions } from './transactions.ts';

const Greeted: FactType<string> = {
  name: 'test.v1.Greeted',
  topic: 'test.v1',
  keyOf: (name) => name,
  idOf: (name) => `${name}/greeted`,
  encode: (name) => Buffer.from(name),
  decode: (bytes) => Buffer.from(bytes).toString(),
};

const never = new AbortController().signal;
const names = Array.from({ length: 1_200 }, (_, nth) => `name ${nth}`);

describe('Relay', () => {
  it('sends everything in its order, in batches', async () => {
    await using service = await startService();
    const bus = new ListBus();
    await service.tell(...names);

    await using _ = service.relay(bus).start();
    await eventually(() => bus.sent.length === names.length);

    expect(bus.sent).toEqual(names);
    expect(bus.batches).toBe(3);
  });

  it('is woken by the commit, not by its net', async () => {
    await using service = await startService();
    const bus = new ListBus();
    await using _ = service.relay(bus).start();
    await service.tell('first');
    await eventually(() => bus.sent.length === 1);

    const toldAt = performance.now();
    for (const name of names.slice(0, 20)) await service.tell(name);
    await eventually(() => bus.sent.length === 21);

    expect(performance.now() - toldAt).toBeLessThan(900);
  });

  it('sends again what the bus may not have', async () => {
    await using service = await startService();
    const bus = new ListBus();
    bus.failures = 1;
    await service.tell('Ada', 'Bea');

    await using _ = service.relay(bus).start();
    await eventually(async () => (await outboxState(service.dataSource)).unsent === 0);

    expect(bus.sent).toEqual(['Ada', 'Bea', 'Ada', 'Bea']);
    expect(service.reported).toHaveLength(1);
  });

  it('leads alone, and is followed when its session dies', async () => {
    await using service = await startService();
    const [one, two] = [new ListBus(), new ListBus()];
    [one.delayMs, two.delayMs] = [20, 20];
    const sent = (): string[] => [...one.sent, ...two.sent];
    await using relays = new AsyncDisposableStack();
    relays.use(service.relay(one).start());
    relays.use(service.relay(two, new Doorbell()).start());
    await service.tell('first');
    await eventually(() => sent().length === 1);
    const leader = one.sent.length === 1 ? one : two;

    for (const name of names.slice(0, 50)) await service.tell(name);
    await eventually(() => leader.sent.length === 51);
    expect(sent()).toHaveLength(51);

    await service.killLeader();
    await service.tell('last');
    await eventually(() => sent().includes('last'));
  });

  it('is woken by the commits of another process of the service', async () => {
    await using service = await startService();
    const [bus, other] = [new ListBus(), new ListBus()];
    await using relays = new AsyncDisposableStack();
    relays.use(service.relay(bus, new Doorbell()).start());
    await service.tell('Ada');
    await eventually(() => bus.sent.length === 1);
    relays.use(service.relay(other).start());

    const toldAt = performance.now();
    for (const name of names.slice(0, 5)) {
      await service.tell(name);
      await eventually(() => bus.sent.at(-1) === name);
    }

    expect(performance.now() - toldAt).toBeLessThan(1_500);
    expect(other.sent).toEqual([]);
  });
});

describe('outboxState', () => {
  it('tells how much waits and how long', async () => {
    await using service = await startService();
    const drained = await outboxState(service.dataSource);
    await service.tell('Ada', 'Bea');
    await service.dataSource.query(`UPDATE outbox SET added_at = now() - interval '5 s'`);

    const state = await outboxState(service.dataSource);

    expect(drained).toEqual({ unsent: 0, oldestMs: 0 });
    expect(state.unsent).toBe(2);
    expect(state.oldestMs).toBeGreaterThanOrEqual(5_000);
  });
});

describe('sweepOutbox', () => {
  it('deletes what was sent and received long ago, and nothing that is unsent', async () => {
    await using service = await startService();
    const { dataSource } = service;
    await service.tell('old', 'new', 'unsent');
    await dataSource.query(
      `UPDATE outbox SET added_at = now() - interval '1 year', sent_at = CASE convert_from(key, 'UTF8')
         WHEN 'old' THEN now() - interval '2 h' WHEN 'new' THEN now() END`,
    );
    await dataSource.query(
      `INSERT INTO inbox VALUES ('old', now() - interval '15 days'), ('new', now())`,
    );

    await using session = await openSession(dataSource);
    const more = await sweepOutbox(session, { sentMs: 3_600_000, receivedMs: 14 * 86_400_000 });

    expect(more).toBe(false);
    expect(
      await dataSource.query(`SELECT convert_from(key, 'UTF8') AS key FROM outbox ORDER BY 1`),
    ).toEqual([{ key: 'new' }, { key: 'unsent' }]);
    expect(await dataSource.query(`SELECT fact_id FROM inbox`)).toEqual([{ fact_id: 'new' }]);
  });
});

async function startService() {
  await using opened = new AsyncDisposableStack();
  const postgres = opened.use(await startPostgres());
  const dataSource: DataSource = await openDataSource(postgres.url, 'service', {
    entities: [],
    migrations: [],
  });
  opened.defer(() => dataSource.destroy());
  const outbox = new Outbox('/service');
  const committed = new Doorbell();
  const transactions = new TypeOrmTransactions(dataSource, committed);
  const reported: unknown[] = [];
  const started = opened.move();

  return {
    dataSource,
    reported,
    relay: (bus: Bus, bell = committed) =>
      new Relay(dataSource, bus, bell, (error) => reported.push(error)),
    tell: (...facts: readonly string[]) =>
      transactions.run(async (tx) => {
        for (const fact of facts) await outbox.add(Greeted, fact, new Date(0), tx);
      }, never),
    killLeader: () =>
      dataSource.query(
        `SELECT pg_terminate_backend(pid) FROM pg_locks
          WHERE locktype = 'advisory' AND granted
            AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
      ),
    [Symbol.asyncDispose]: () => started.disposeAsync(),
  };
}

class ListBus extends Bus {
  readonly sent: string[] = [];
  batches = 0;
  failures = 0;
  delayMs = 0;

  /** A failure keeps the records: its outcome is unknown. */
  override async publish(records: readonly OutgoingRecord[]): Promise<void> {
    this.batches += 1;
    if (this.delayMs > 0) await sleep(this.delayMs);
    this.sent.push(...records.map(({ value }) => String(value)));
    if (this.failures > 0) {
      this.failures -= 1;
      throw new Error('no answer');
    }
  }

  override subscribe(): Subscription {
    return { joined: true, [Symbol.asyncDispose]: () => Promise.resolve() };
  }

  override async lag(): Promise<readonly []> {
    return [];
  }

  override async kept(): Promise<ReadonlyMap<string, bigint>> {
    return new Map();
  }
}
