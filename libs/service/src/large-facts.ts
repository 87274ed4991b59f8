import { createHash } from 'node:crypto';

import { storedFactOf, type Whole, wholeOf } from '@floe/contracts';
import {
  type BatchHandler,
  Bus,
  type BusRecord,
  header,
  type OutgoingRecord,
  type PartitionLag,
  type Subscription,
} from '@floe/messaging';
import { BlobDamaged, BlobMissing, type BlobStore } from '@floe/storage';

/** Where the whole facts are. */
export type FactStore = Pick<BlobStore, 'put' | 'read'>;

/** A fact above it goes to the store; Kafka takes records of 1 MiB. */
const MOST_BYTES_ON_A_TOPIC = 200_000;
/** More was never told: the signature of a model is bounded. */
const MOST_BYTES = 64 * 2 ** 20;
/** Of what is handed over at once. */
const BATCH_BYTES = 16 * 2 ** 20;
const KEPT = 16;

/** Says that the record's fact is elsewhere, so that the others need not be looked into. */
const IN_STORE = 'floe-in-store';

/**
 * A bus whose large facts are in the store: on their topic stands a fact of the same type with their digest instead.
 * Whoever subscribes gets them whole. One that is not in the store, or damaged there, is handed over as it stands;
 * while the store is away the records stay where they are.
 */
export class LargeFacts extends Bus implements AsyncDisposable {
  /** What this process has read lately: groups that get the same fact share its bytes. */
  readonly #wholes = new Map<string, WeakRef<Uint8Array>>();

  constructor(
    private readonly bus: Bus & AsyncDisposable,
    private readonly store: FactStore,
  ) {
    super();
  }

  override async publish(records: readonly OutgoingRecord[], signal: AbortSignal): Promise<void> {
    const isLarge = records.some(({ value }) => (value?.length ?? 0) > MOST_BYTES_ON_A_TOPIC);
    await this.bus.publish(isLarge ? await this.#stored(records) : records, signal);
  }

  override subscribe(group: string, topics: readonly string[], handle: BatchHandler): Subscription {
    return this.bus.subscribe(group, topics, async (records, signal) => {
      if (!records.some(isInStore)) return handle(records, signal);
      for await (const batch of this.#batches(records, signal)) await handle(batch, signal);
    });
  }

  override lag(group: string): Promise<readonly PartitionLag[]> {
    return this.bus.lag(group);
  }

  override kept(topics: readonly string[]): Promise<ReadonlyMap<string, bigint>> {
    return this.bus.kept(topics);
  }

  [Symbol.asyncDispose](): PromiseLike<void> {
    return this.bus[Symbol.asyncDispose]();
  }

  async #stored(records: readonly OutgoingRecord[]): Promise<readonly OutgoingRecord[]> {
    const stored: OutgoingRecord[] = [];
    for (const record of records) stored.push(await this.#storedOne(record));
    return stored;
  }

  /** What is no fact, such as a dead letter of somebody's noise, goes as it is. */
  async #storedOne(record: OutgoingRecord): Promise<OutgoingRecord> {
    const { value, headers } = record;
    if (value === null || value.length <= MOST_BYTES_ON_A_TOPIC) return record;
    const whole = { digest: digestOf(value), sizeBytes: value.length };
    const instead = storedFactOf(value, whole);
    if (instead === undefined) return record;
    await this.store.put(value, whole.digest);
    const known = isInStore(record);
    return {
      ...record,
      value: instead,
      headers: known ? headers : [...headers, header(IN_STORE, whole.digest)],
    };
  }

  async *#batches(
    records: readonly BusRecord[],
    signal: AbortSignal,
  ): AsyncGenerator<readonly BusRecord[], void, undefined> {
    let batch: BusRecord[] = [];
    let bytes = 0;
    for (const record of records) {
      const whole = await this.#whole(record, signal);
      batch.push(whole);
      bytes += whole.value?.length ?? 0;
      if (bytes < BATCH_BYTES) continue;
      yield batch;
      [batch, bytes] = [[], 0];
    }
    if (batch.length > 0) yield batch;
  }

  async #whole(record: BusRecord, signal: AbortSignal): Promise<BusRecord> {
    if (!isInStore(record) || record.value === null) return record;
    const whole = wholeOf(record.value);
    if (whole === undefined || whole.sizeBytes > MOST_BYTES) return record;
    const known = this.#wholes.get(whole.digest)?.deref();
    const value = known ?? (await this.#read(whole, signal));
    return value === undefined ? record : { ...record, value };
  }

  /** Gives `undefined` when the store has it not, or other bytes; throws when the store is away. */
  async #read({ digest, sizeBytes }: Whole, signal: AbortSignal): Promise<Uint8Array | undefined> {
    const chunks: Uint8Array[] = [];
    try {
      const range = { start: 0, end: sizeBytes };
      for await (const chunk of await this.store.read(digest, signal, range))
        chunks.push(chunk as Uint8Array);
    } catch (error) {
      const isLost = [BlobMissing, BlobDamaged, RangeError].some((kind) => error instanceof kind);
      if (isLost) return undefined;
      throw error;
    }
    const value = Buffer.concat(chunks);
    if (digestOf(value) !== digest) return undefined;
    this.#keep(digest, value);
    return value;
  }

  #keep(digest: string, value: Uint8Array): void {
    this.#wholes.delete(digest);
    this.#wholes.set(digest, new WeakRef(value));
    for (const oldest of this.#wholes.keys()) {
      if (this.#wholes.size <= KEPT) break;
      this.#wholes.delete(oldest);
    }
  }
}

function isInStore({ headers }: OutgoingRecord): boolean {
  return headers.some(([name]) => name === IN_STORE);
}

function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}
