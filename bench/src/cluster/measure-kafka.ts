import { KafkaBus } from '@floe/messaging-kafka';
import { startKafka } from '@floe/testing';
import kafkajs from 'kafkajs';

import { times } from '../statistics.ts';

const RECORDS = 100_000;
const BATCH = 500;
const VALUE = Buffer.alloc(1_000, 'floe');
const never = new AbortController().signal;

/** Records of 1 KB through the adapter, against kafkajs alone with acknowledgement by all and a commit after each batch. */
export async function measureKafka(): Promise<readonly string[]> {
  await using kafka = await startKafka();
  const brokers = [kafka.address];
  await using bus = await KafkaBus.open({
    brokers,
    clientId: 'bench',
    report: () => {},
    topics: ['warm', 'adapter', 'alone'],
  });
  const plain = new kafkajs.Kafka({ brokers, logLevel: kafkajs.logLevel.NOTHING });
  // Who comes first would pay for the broker's start.
  await throughAdapter(bus, 'warm');
  const alone = await withoutAdapter(plain, 'alone');
  const adapter = await throughAdapter(bus, 'adapter');
  const line = (name: string, { published, consumed }: Rates): string =>
    `| ${name} | ${rate(published)} (${times(published / alone.published)}) | ${rate(consumed)} (${times(consumed / alone.consumed)}) |`;
  return [
    `| ${RECORDS} records of 1 KB | published | consumed |`,
    '| --- | --- | --- |',
    line('kafkajs alone', alone),
    line('the adapter', adapter),
  ];
}

/** Records a second. */
interface Rates {
  readonly published: number;
  readonly consumed: number;
}

async function throughAdapter(bus: KafkaBus, topic: string): Promise<Rates> {
  const published = await rateOf(async () => {
    for (let n = 0; n < RECORDS; n += BATCH) {
      const records = keysFrom(n).map((key) => ({ topic, key, value: VALUE, headers: [] }));
      await bus.publish(records, never);
    }
  });
  const counter = new Counter();
  await using _ = bus.subscribe(`${topic}-group`, [topic], async ({ length }) =>
    counter.add(length),
  );
  return { published, consumed: await counter.rate };
}

async function withoutAdapter(kafka: kafkajs.Kafka, topic: string): Promise<Rates> {
  const producer = kafka.producer({
    createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
    maxInFlightRequests: 1,
  });
  await producer.connect();
  const published = await rateOf(async () => {
    for (let n = 0; n < RECORDS; n += BATCH) {
      const messages = keysFrom(n).map((key) => ({ key, value: VALUE }));
      await producer.sendBatch({ acks: -1, topicMessages: [{ topic, messages }] });
    }
  });
  await producer.disconnect();
  const consumer = kafka.consumer({ groupId: `${topic}-group`, maxWaitTimeInMs: 500 });
  const counter = new Counter();
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  await consumer.run({
    autoCommit: false,
    eachBatch: async ({ batch: { messages, partition } }) => {
      counter.add(messages.length);
      const offset = String(BigInt(messages.at(-1)?.offset ?? '0') + 1n);
      await consumer.commitOffsets([{ topic, partition, offset }]);
    },
  });
  const consumed = await counter.rate;
  await consumer.disconnect();
  return { published, consumed };
}

/** Counts until all records have come; both begin with a group of their own, whose forming does not count. */
class Counter {
  readonly #all = Promise.withResolvers<number>();
  #seen = 0;
  #begun = 0;

  /** Records a second from the first batch to the last. */
  get rate(): Promise<number> {
    return this.#all.promise;
  }

  add(records: number): void {
    if (this.#seen === 0) this.#begun = performance.now();
    this.#seen += records;
    if (this.#seen >= RECORDS)
      this.#all.resolve(RECORDS / ((performance.now() - this.#begun) / 1_000));
  }
}

function keysFrom(n: number): readonly Buffer[] {
  return Array.from({ length: BATCH }, (_, nth) => Buffer.from(`key ${n + nth}`));
}

async function rateOf(work: () => Promise<void>): Promise<number> {
  const begun = performance.now();
  await work();
  return RECORDS / ((performance.now() - begun) / 1_000);
}

function rate(perSecond: number): string {
  return `${Math.round(perSecond)}/s`;
}
