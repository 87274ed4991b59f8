import { KafkaBus } from '@floe/messaging-kafka';
import { startKafka } from '@floe/testing';
import kafkajs from 'kafkajs';

import { percentile, times } from '../statistics.ts';

const RECORDS = 100_000;
const ROUNDS = 3;
const BATCH = 500;
const VALUE = Buffer.alloc(1_000, 'floe');
/** As many and as long as those of a fact. */
const HEADERS = {
  ce_specversion: Buffer.from('1.0'),
  ce_id: Buffer.from('0190d7a0-0000-7000-8000-000000000000/model-uploaded'),
  ce_type: Buffer.from('floe.builds.v1.ModelUploaded'),
  ce_source: Buffer.from('/floe/upload'),
  ce_time: Buffer.from('2026-01-01T00:00:00.000Z'),
  'content-type': Buffer.from('application/protobuf'),
  traceparent: Buffer.from('00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'),
};
const never = new AbortController().signal;

/** Records a second. */
interface Rates {
  readonly published: number;
  readonly consumed: number;
}

type Way = (topic: string) => Promise<Rates>;

/**
 * Facts of 1 KB through the adapter, against kafkajs alone as one would use it that must lose nothing: acknowledgement
 * by all, one request in flight, a commit after each batch. Topics, fetches and batches are the same; the ways take
 * turns, so that a machine that is slow for a while is slow for both.
 */
export async function measureKafka(): Promise<readonly string[]> {
  await using kafka = await startKafka();
  const brokers = [kafka.address];
  await using bus = await KafkaBus.open({ brokers, clientId: 'bench', report: () => {} });
  const plain = new kafkajs.Kafka({ brokers, logLevel: kafkajs.logLevel.NOTHING });
  const alone: Way = (topic) => withoutAdapter(plain, topic);
  const adapter: Way = (topic) => throughAdapter(bus, topic);
  // Who comes first pays for the start of the broker and of the code.
  await inTurn([alone, adapter], bus, 'warm');
  const rounds: (readonly [alone: Rates, adapter: Rates])[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    rounds.push(
      round % 2 === 0
        ? await inTurn([alone, adapter], bus, `round-${round}`)
        : swapped(await inTurn([adapter, alone], bus, `round-${round}`)),
    );
  }
  const cell = (nth: 0 | 1, what: keyof Rates): string => {
    const rate = median(rounds.map((round) => round[nth][what]));
    const ratio = median(rounds.map((round) => round[nth][what] / round[0][what]));
    return `${Math.round(rate)}/s (${times(ratio)})`;
  };
  const line = (name: string, nth: 0 | 1): string =>
    `| ${name} | ${cell(nth, 'published')} | ${cell(nth, 'consumed')} |`;
  return [
    `| ${RECORDS} facts of 1 KB, median of ${ROUNDS} | published | consumed |`,
    '| --- | --- | --- |',
    line('kafkajs alone, a commit after each batch', 0),
    line('the adapter', 1),
  ];
}

async function inTurn(
  [first, second]: readonly [Way, Way],
  bus: KafkaBus,
  topic: string,
): Promise<[Rates, Rates]> {
  // The adapter creates what it is asked for, as it declares it.
  await bus.publish([recordOf(`${topic}-1`, 'key'), recordOf(`${topic}-2`, 'key')], never);
  return [await first(`${topic}-1`), await second(`${topic}-2`)];
}

async function throughAdapter(bus: KafkaBus, topic: string): Promise<Rates> {
  const published = await rateOf(async (keys) => {
    await bus.publish(
      keys.map((key) => recordOf(topic, key)),
      never,
    );
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
  const published = await rateOf(async (keys) => {
    const messages = keys.map((key) => ({ key, value: VALUE, headers: HEADERS }));
    await producer.sendBatch({ acks: -1, topicMessages: [{ topic, messages }] });
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

/** Counts until all records have come; the forming of the group does not count. */
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
    if (this.#seen > RECORDS) this.#all.resolve(perSecond(this.#begun));
  }
}

async function rateOf(publish: (keys: readonly string[]) => Promise<void>): Promise<number> {
  const begun = performance.now();
  for (let n = 0; n < RECORDS; n += BATCH) {
    await publish(Array.from({ length: BATCH }, (_, nth) => `key ${n + nth}`));
  }
  return perSecond(begun);
}

function recordOf(topic: string, key: string) {
  return { topic, key: Buffer.from(key), value: VALUE, headers: Object.entries(HEADERS) };
}

function perSecond(begun: number): number {
  return RECORDS / ((performance.now() - begun) / 1_000);
}

function median(values: readonly number[]): number {
  return percentile(values, 0.5);
}

function swapped<One, Other>([one, other]: readonly [One, Other]): [Other, One] {
  return [other, one];
}
