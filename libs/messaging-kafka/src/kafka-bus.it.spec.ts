import { type BusRecord, eachRecord, type FactType, Inbox, Router } from '@floe/messaging';
import { eventually, hasKafka, type Kafka, startKafka } from '@floe/testing';
import kafkajs, { type Admin, type CompressionTypes } from 'kafkajs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { KafkaBus } from './kafka-bus.ts';
import { UNREADABLE } from './unreadable-batch.ts';

const never = new AbortController().signal;
const MIB = 1024 * 1024;

describe.runIf(hasKafka())('KafkaBus', { timeout: 60_000 }, () => {
  let kafka: Kafka | undefined;
  beforeAll(async () => {
    kafka = await startKafka();
  }, 120_000);
  afterAll(() => kafka?.[Symbol.asyncDispose]());

  it('creates topics with what was declared for them', async () => {
    await using bus = await openBus(kafka, {
      topics: ['declared.v1'],
      topicSettings: { partitions: 3, retentionMs: 1_000_000 },
    });
    await using admin = await openAdmin(kafka);

    await bus.publish([record('declared.v1.reader.dead', 'key')], never);

    const { topics } = await admin.fetchTopicMetadata({ topics: ['declared.v1'] });
    expect(topics[0]?.partitions).toHaveLength(3);
    expect(await configOf(admin, 'declared.v1')).toMatchObject({
      'retention.ms': '1000000',
      'cleanup.policy': 'delete',
      'compression.type': 'uncompressed',
    });
    const dead = await configOf(admin, 'declared.v1.reader.dead');
    expect(Number(dead['retention.ms'])).toBeGreaterThan(1_000_000);
  });

  it('publishes more than a topic takes at once', async () => {
    await using bus = await openBus(kafka);
    const records = Array.from({ length: 60 }, (_, nth) => ({
      ...record('large.v1', 'one key'),
      value: Buffer.alloc(100_000, nth),
    }));

    await bus.publish(records, never);

    const read = await readAll(bus, 'large.v1', records.length);
    expect(read.map(({ value }) => value?.[0])).toEqual(records.map((_, nth) => nth));
  });

  it('stands in for records whose codec is unknown, and reads on', async () => {
    await using bus = await openBus(kafka);
    await using admin = await openAdmin(kafka);
    await createAsPacked(admin, 'packed.v1');
    await produce(kafka, 'packed.v1', kafkajs.CompressionTypes.Snappy, ['lost', 'lost too']);
    await produce(kafka, 'packed.v1', kafkajs.CompressionTypes.GZIP, ['gzip']);
    await produce(kafka, 'packed.v1', kafkajs.CompressionTypes.ZSTD, ['zstd']);

    const read = await readAll(bus, 'packed.v1', 4);

    expect(read.map(({ offset, value }) => [offset, value && String(value)])).toEqual([
      [0n, null],
      [1n, null],
      [2n, 'gzip'],
      [3n, 'zstd'],
    ]);
    expect(String(read[0]?.headers.find(([name]) => name === UNREADABLE)?.[1])).toContain('snappy');
  });

  it('can read every codec on a topic that it created', async () => {
    await using bus = await openBus(kafka, { topics: ['unpacked.v1'] });

    await produce(kafka, 'unpacked.v1', kafkajs.CompressionTypes.Snappy, ['one', 'two']);

    const read = await readAll(bus, 'unpacked.v1', 2);
    expect(read.map(({ value }) => String(value))).toEqual(['one', 'two']);
  });

  it('dead-letters a poison record of each partition, also the largest, and goes on', async () => {
    await using bus = await openBus(kafka);
    const handled: string[] = [];
    const router = new Router('reader', bus, new NoInbox()).on(
      Greeted,
      async (name) => void handled.push(name),
    );
    const keys = Array.from({ length: 12 }, (_, nth) => `key ${nth}`);
    const poison = keys.map((key, nth) => ({
      ...record(Greeted.topic, key),
      value: nth % 3 === 0 ? null : Buffer.alloc(nth % 3 === 1 ? MIB : 0),
    }));

    await bus.publish(poison, never);
    await bus.publish(
      keys.map((key) => greeting(key)),
      never,
    );
    await using _ = router.start();
    const dead = await readAll(bus, `${Greeted.topic}.reader.dead`, poison.length);
    await eventually(() => handled.length === keys.length);

    expect(sizes(dead)).toEqual(sizes(poison));
    expect(handled.toSorted()).toEqual(keys.toSorted());
  });

  it('tells that records were deleted before they were read, and goes on', async () => {
    const reported: unknown[] = [];
    await using bus = await openBus(kafka, { report: (error) => reported.push(error) });
    await using admin = await openAdmin(kafka);
    await bus.publish([record('short.v1', 'key', 'read')], never);
    const [first] = await readAll(bus, 'short.v1', 1);
    await bus.publish([record('short.v1', 'key', 'deleted')], never);
    const partition = first?.partition ?? 0;
    await admin.fetchTopicOffsets('short.v1');
    await admin.deleteTopicRecords({
      topic: 'short.v1',
      partitions: [{ partition, offset: '2' }],
    });
    await bus.publish([record('short.v1', 'key', 'kept')], never);

    const [next] = await readAll(bus, 'short.v1', 1);

    expect(String(next?.value)).toBe('kept');
    expect(reported.map(String).join()).toContain('out of range');
  });

  it('publishes again to a topic that somebody deleted', async () => {
    await using bus = await openBus(kafka);
    await using admin = await openAdmin(kafka);
    await bus.publish([record('deleted.v1', 'key', 'before')], never);
    await admin.deleteTopics({ topics: ['deleted.v1'] });

    await eventually(async () => {
      await bus.publish([record('deleted.v1', 'key', 'after')], never);
      return true;
    });

    const [first] = await readAll(bus, 'deleted.v1', 1);
    expect(String(first?.value)).toBe('after');
  });

  it('has nothing to report and warns of nothing while all is well', async () => {
    const told: unknown[] = [];
    const warned = (warning: Error): void => void told.push(warning);
    process.on('warning', warned);
    {
      await using bus = await openBus(kafka, { report: (error) => told.push(error) });
      for (let nth = 0; nth < 20; nth += 1) await bus.publish([record('calm.v1', 'key')], never);
      await readAll(bus, 'calm.v1', 20);
    }
    process.off('warning', warned);

    expect(told).toEqual([]);
  });

  it('does not open without a broker', async () => {
    await expect(openBus({ address: '127.0.0.1:1' })).rejects.toThrow('ECONNREFUSED');
  });
});

const Greeted: FactType<string> = {
  name: 'test.v1.Greeted',
  topic: 'poisoned.v1',
  keyOf: (name) => name,
  idOf: (name) => `${name}/greeted`,
  encode: (name) => Buffer.from(name),
  decode: (bytes) => {
    if (bytes.length === 0 || bytes.length > 100) throw new RangeError('not a name');
    return Buffer.from(bytes).toString();
  },
};

function greeting(name: string) {
  return {
    ...record(Greeted.topic, name),
    headers: [
      ['ce_id', Buffer.from(Greeted.idOf(name))],
      ['ce_type', Buffer.from(Greeted.name)],
      ['ce_time', Buffer.from(new Date(0).toISOString())],
    ] as const,
  };
}

function record(topic: string, key: string, value = key) {
  return { topic, key: Buffer.from(key), value: Buffer.from(value), headers: [] };
}

function openBus(
  server: Pick<Kafka, 'address'> | undefined,
  options: Partial<Parameters<typeof KafkaBus.open>[0]> = {},
): Promise<KafkaBus> {
  return KafkaBus.open({
    brokers: [server?.address ?? ''],
    clientId: 'test',
    report: () => {},
    sessionTimeoutMs: 6_000,
    ...options,
  });
}

/** The next records of the topic for a group of its own, in the order of their offsets within each partition. */
async function readAll(bus: KafkaBus, topic: string, count: number): Promise<BusRecord[]> {
  const group = groupOf(topic);
  const records: BusRecord[] = [];
  const enough = Promise.withResolvers<void>();
  await using _ = bus.subscribe(
    group,
    [topic],
    eachRecord(async (each) => {
      records.push(each);
      if (records.length === count) enough.resolve();
    }),
  );
  await enough.promise;
  await eventually(async () => {
    const lags = await bus.lag(group);
    return lags.length > 0 && lags.every((lag) => lag.records === 0n);
  });
  return records;
}

function sizes(records: readonly { readonly value: Uint8Array | null }[]): number[] {
  return records.map(({ value }) => value?.length ?? -1).toSorted((one, other) => one - other);
}

function groupOf(topic: string): string {
  return `reader-of-${topic}`;
}

async function openAdmin(server: Kafka | undefined): Promise<Admin & AsyncDisposable> {
  const admin = clientOf(server).admin();
  await admin.connect();
  return Object.assign(admin, { [Symbol.asyncDispose]: () => admin.disconnect() });
}

function clientOf(server: Kafka | undefined) {
  return new kafkajs.Kafka({
    brokers: [server?.address ?? ''],
    clientId: 'foreign',
    logLevel: kafkajs.logLevel.NOTHING,
  });
}

async function configOf(admin: Admin, name: string): Promise<Record<string, string>> {
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: [{ type: kafkajs.ConfigResourceTypes.TOPIC, name }],
  });
  return Object.fromEntries(
    (resources[0]?.configEntries ?? []).map((entry) => [entry.configName, entry.configValue]),
  );
}

/** As a careless operator would: the broker keeps what producers packed. */
async function createAsPacked(admin: Admin, topic: string): Promise<void> {
  await admin.createTopics({
    waitForLeaders: true,
    topics: [
      {
        topic,
        numPartitions: 1,
        configEntries: [{ name: 'compression.type', value: 'producer' }],
      },
    ],
  });
}

/** As a foreign producer would. */
async function produce(
  server: Kafka | undefined,
  topic: string,
  compression: CompressionTypes,
  values: readonly string[],
): Promise<void> {
  const known = kafkajs.CompressionCodecs[kafkajs.CompressionTypes.Snappy];
  kafkajs.CompressionCodecs[kafkajs.CompressionTypes.Snappy] = () => ({ compress: snappy });
  const producer = clientOf(server).producer({
    createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
  });
  await producer.connect();
  await producer.send({
    topic,
    compression,
    messages: values.map((value) => ({ key: 'key', value })),
  });
  await producer.disconnect();
  kafkajs.CompressionCodecs[kafkajs.CompressionTypes.Snappy] = known;
}

/** Valid Snappy that packs nothing: one literal of less than 60 bytes after another, after the length of all. */
async function snappy({ buffer }: { readonly buffer: Buffer }): Promise<Buffer> {
  const pieces: number[] = [(buffer.length & 0x7f) | 0x80, buffer.length >> 7];
  for (let at = 0; at < buffer.length; at += 60) {
    const literal = buffer.subarray(at, at + 60);
    pieces.push((literal.length - 1) << 2, ...literal);
  }
  return Buffer.from(pieces);
}

class NoInbox extends Inbox {
  override async take(
    deliveries: Parameters<Inbox['take']>[0],
    signal: AbortSignal,
  ): Promise<void> {
    for (const { effect } of deliveries) await effect({ signal, traces: new Map() });
  }
}
