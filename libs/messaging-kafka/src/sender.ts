import { type OutgoingRecord, Turn } from '@floe/messaging';
import kafkajs, { type Producer, type TopicMessages } from 'kafkajs';

import { Client, type Cluster } from './client.ts';
import { messageOf, sizeOf } from './records.ts';

const CLOSE_MS = 5_000;
const ACKNOWLEDGED_BY_ALL = -1;
const BROKER_MS = 8_000;
/** kafkajs makes one batch of all records of a partition, and a topic takes 1 MiB at once by default. */
const CHUNK_BYTES = 900 * 1024;

/**
 * One send in flight, never idempotent: kafkajs takes back its sequence numbers after an error, and the broker would
 * take the next batch for a repetition and drop it, acknowledged. After an error there is a new producer.
 */
export class Sender {
  readonly #turn = new Turn();
  #open: { readonly client: Client; readonly producer: Producer } | undefined;

  constructor(private readonly cluster: Cluster) {}

  /** Resolves when all in-sync replicas have the records. A rejection means "outcome unknown". */
  async send(records: readonly OutgoingRecord[], signal: AbortSignal): Promise<void> {
    for (const chunk of chunksOf(records)) {
      await this.#turn.take(() => this.#sendOnce(chunk), signal);
    }
  }

  async close(): Promise<void> {
    const open = this.#open;
    this.#open = undefined;
    if (open) await open.client.close(() => open.producer.disconnect(), CLOSE_MS);
  }

  async #sendOnce(records: readonly OutgoingRecord[]): Promise<void> {
    try {
      const producer = await this.#connected();
      await producer.sendBatch({
        acks: ACKNOWLEDGED_BY_ALL,
        timeout: BROKER_MS,
        topicMessages: byTopic(records),
      });
    } catch (error) {
      void this.close();
      throw error;
    }
  }

  async #connected(): Promise<Producer> {
    if (this.#open) return this.#open.producer;
    const client = new Client(this.cluster);
    const producer = client.kafka.producer({
      idempotent: false,
      maxInFlightRequests: 1,
      allowAutoTopicCreation: false,
      createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
    });
    this.#open = { client, producer };
    await producer.connect();
    return producer;
  }
}

function* chunksOf(records: readonly OutgoingRecord[]): Generator<readonly OutgoingRecord[]> {
  let chunk: OutgoingRecord[] = [];
  let bytes = 0;
  for (const record of records) {
    const size = sizeOf(record);
    if (chunk.length > 0 && bytes + size > CHUNK_BYTES) {
      yield chunk;
      chunk = [];
      bytes = 0;
    }
    chunk.push(record);
    bytes += size;
  }
  if (chunk.length > 0) yield chunk;
}

function byTopic(records: readonly OutgoingRecord[]): TopicMessages[] {
  return [...Map.groupBy(records, ({ topic }) => topic)].map(([topic, all]) => ({
    topic,
    messages: all.map(messageOf),
  }));
}
