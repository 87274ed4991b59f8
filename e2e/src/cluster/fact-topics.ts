import { TOPICS } from '@floe/contracts';
import { type BusRecord, eachRecord, type OutgoingRecord } from '@floe/messaging';
import { KafkaBus } from '@floe/messaging-kafka';
import kafkajs, { type Admin, type Message, type Producer } from 'kafkajs';

/** A record and where it is to stand, whatever its key says. */
export type PlacedRecord = OutgoingRecord & { readonly partition: number };

const MOST_BYTES = 900 * 1_024;
const NEVER = new AbortController().signal;

/** The topics of facts as a foreign client has them: it reads everything and writes anywhere. */
export class FactTopics implements AsyncDisposable {
  readonly #groups = `foreign-${process.pid}-${Date.now()}`;
  #reads = 0;

  private constructor(
    readonly bus: KafkaBus,
    private readonly admin: Admin,
    private readonly producer: Producer,
  ) {}

  static async open(address: string): Promise<FactTopics> {
    const { NOTHING: logLevel } = kafkajs.logLevel;
    const kafka = new kafkajs.Kafka({ brokers: [address], clientId: 'foreign', logLevel });
    const { DefaultPartitioner: createPartitioner } = kafkajs.Partitioners;
    const [admin, producer] = [kafka.admin(), kafka.producer({ createPartitioner })];
    await Promise.all([admin.connect(), producer.connect()]);
    const bus = await KafkaBus.open({ brokers: [address], clientId: 'foreign', report: () => {} });
    return new FactTopics(bus, admin, producer);
  }

  /** The partitions of all topics. */
  async partitions(): Promise<readonly { readonly topic: string; readonly partition: number }[]> {
    const { topics } = await this.admin.fetchTopicMetadata({ topics: [...TOPICS] });
    return topics.flatMap(({ name, partitions }) =>
      partitions.map(({ partitionId }) => ({ topic: name, partition: partitionId })),
    );
  }

  /** All that stands on the topics now. */
  async readAll(topics: readonly string[] = TOPICS): Promise<readonly BusRecord[]> {
    const count = await this.#count(topics);
    const records: BusRecord[] = [];
    if (count === 0) return records;
    const enough = Promise.withResolvers<void>();
    await using _ = this.bus.subscribe(
      `${this.#groups}-${(this.#reads += 1)}`,
      topics,
      eachRecord(async (record) => {
        records.push(record);
        if (records.length >= count) enough.resolve();
      }),
    );
    await enough.promise;
    return records;
  }

  /** Resolves when the records stand where they are to, in their order. */
  async place(records: readonly PlacedRecord[]): Promise<void> {
    let waiting: PlacedRecord[] = [];
    let bytes = 0;
    for (const record of records) {
      const size = 500 + (record.value?.length ?? 0);
      if (bytes + size > MOST_BYTES && waiting.length > 0) {
        await this.#send(waiting);
        [waiting, bytes] = [[], 0];
      }
      waiting.push(record);
      bytes += size;
    }
    if (waiting.length > 0) await this.#send(waiting);
  }

  /** Resolves when the records stand on the partitions of their keys. */
  publish(records: readonly OutgoingRecord[]): Promise<void> {
    return this.bus.publish(records, NEVER);
  }

  async #send(records: readonly PlacedRecord[]): Promise<void> {
    const topics = Map.groupBy(records, ({ topic }) => topic);
    await this.producer.sendBatch({
      topicMessages: [...topics].map(([topic, own]) => ({ topic, messages: own.map(messageOf) })),
    });
  }

  async #count(topics: readonly string[]): Promise<number> {
    const offsets = await Promise.all(topics.map((topic) => this.admin.fetchTopicOffsets(topic)));
    return offsets.flat().reduce((sum, { high, low }) => sum + Number(high) - Number(low), 0);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([
      this.bus[Symbol.asyncDispose](),
      this.admin.disconnect(),
      this.producer.disconnect(),
    ]);
  }
}

function messageOf({ key, value, headers, partition }: PlacedRecord): Message {
  const named = headers.map(([name, bytes]) => [name, Buffer.from(bytes)] as const);
  return {
    partition,
    key: key && Buffer.from(key),
    value: value && Buffer.from(value),
    headers: Object.fromEntries(named),
  };
}
