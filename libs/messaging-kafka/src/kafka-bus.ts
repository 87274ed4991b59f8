import {
  abortable,
  type BatchHandler,
  Bus,
  type OutgoingRecord,
  type PartitionLag,
  type Subscription,
} from '@floe/messaging';
import type { Admin } from 'kafkajs';

import { Client, type Cluster } from './client.ts';
import { readGroup } from './group-reader.ts';
import { keptIn } from './kept-in.ts';
import { lagOf } from './lag-of.ts';
import { Sender } from './sender.ts';
import { TOPIC_SETTINGS, Topics, type TopicSettings } from './topics.ts';

const SESSION_MS = 15_000;
const CLOSE_MS = 5_000;

export interface KafkaBusOptions extends Cluster {
  /** Created at once, so that others can watch them; all others are created at their first use. */
  readonly topics?: readonly string[];
  readonly topicSettings?: Partial<TopicSettings>;
  /** How long a member may be silent before its partitions are given to others. */
  readonly sessionTimeoutMs?: number;
}

/** The bus on Apache Kafka: kafkajs, kept away from everything in it that loses records or stops for good. */
export class KafkaBus extends Bus implements AsyncDisposable {
  readonly #sender: Sender;
  readonly #topics: Topics;
  readonly #subscriptions = new Set<AsyncDisposable>();
  /** What groups read here: the broker knows only what they committed. */
  readonly #readBy = new Map<string, ReadonlySet<string>>();
  #admin: { readonly client: Client; readonly connected: Promise<Admin> } | undefined;

  private constructor(private readonly options: KafkaBusOptions) {
    super();
    this.#sender = new Sender(options);
    this.#topics = new Topics((work) => this.#asAdmin(work), {
      ...TOPIC_SETTINGS,
      ...options.topicSettings,
    });
  }

  /** Opens the bus and creates its topics. Rejects when no broker can be reached. */
  static async open(options: KafkaBusOptions): Promise<KafkaBus> {
    const bus = new KafkaBus(options);
    try {
      await bus.#asAdmin((admin) => admin.listTopics());
      await bus.#topics.ensure(options.topics ?? [], new AbortController().signal);
    } catch (error) {
      await bus[Symbol.asyncDispose]();
      throw error;
    }
    return bus;
  }

  override async publish(records: readonly OutgoingRecord[], signal: AbortSignal): Promise<void> {
    if (records.length === 0) return;
    signal.throwIfAborted();
    try {
      await abortable(this.#publish(records, signal), signal);
    } catch (error) {
      this.#topics.forget();
      throw new Error('the outcome of publishing is unknown', { cause: error });
    }
  }

  override subscribe(group: string, topics: readonly string[], handle: BatchHandler): Subscription {
    this.#readBy.set(group, new Set([...(this.#readBy.get(group) ?? []), ...topics]));
    const stop = new AbortController();
    const { sessionTimeoutMs = SESSION_MS } = this.options;
    const member = { cluster: this.options, topics: this.#topics, group, names: topics, handle };
    let joined = false;
    const tell = (now: boolean): void => void (joined = now);
    const reading = readGroup({ ...member, sessionTimeoutMs, tell }, stop.signal);
    const subscription = {
      get joined() {
        return joined;
      },
      [Symbol.asyncDispose]: async (): Promise<void> => {
        this.#subscriptions.delete(subscription);
        stop.abort();
        await reading;
      },
    };
    this.#subscriptions.add(subscription);
    return subscription;
  }

  override lag(group: string): Promise<readonly PartitionLag[]> {
    return this.#asAdmin((admin) => lagOf(admin, group, [...(this.#readBy.get(group) ?? [])]));
  }

  override kept(topics: readonly string[]): Promise<ReadonlyMap<string, bigint>> {
    return this.#asAdmin((admin) => keptIn(admin, topics));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#subscriptions].map((each) => each[Symbol.asyncDispose]()));
    await Promise.all([this.#sender.close(), this.#closeAdmin()]);
  }

  async #publish(records: readonly OutgoingRecord[], signal: AbortSignal): Promise<void> {
    await this.#topics.ensure([...new Set(records.map(({ topic }) => topic))], signal);
    await this.#sender.send(records, signal);
  }

  /** After an error there is a new connection. */
  async #asAdmin<Result>(work: (admin: Admin) => Promise<Result>): Promise<Result> {
    try {
      return await work(await this.#connectedAdmin());
    } catch (error) {
      void this.#closeAdmin();
      throw error;
    }
  }

  #connectedAdmin(): Promise<Admin> {
    if (this.#admin === undefined) {
      const client = new Client(this.options);
      const admin = client.kafka.admin();
      this.#admin = { client, connected: admin.connect().then(() => admin) };
    }
    return this.#admin.connected;
  }

  async #closeAdmin(): Promise<void> {
    const open = this.#admin;
    this.#admin = undefined;
    if (open) await open.client.close(async () => (await open.connected).disconnect(), CLOSE_MS);
  }
}
