import { Turn } from '@floe/messaging';
import type { Admin, ITopicConfig } from 'kafkajs';

const DAY_MS = 24 * 60 * 60 * 1_000;
const DEAD = /\.dead$/;

/** How topics are created; those that exist stay as they are. */
export interface TopicSettings {
  readonly partitions: number;
  readonly replicationFactor: number;
  /** How long a topic keeps its records: longer than the longest outage, shorter than the inbox its ids. */
  readonly retentionMs: number;
  readonly deadLetterRetentionMs: number;
}

export const TOPIC_SETTINGS: TopicSettings = {
  partitions: 4,
  replicationFactor: 1,
  retentionMs: 7 * DAY_MS,
  deadLetterRetentionMs: 30 * DAY_MS,
};

/** Creates topics before their first use: no broker creates them by accident. */
export class Topics {
  readonly #known = new Set<string>();
  readonly #turn = new Turn();

  constructor(
    private readonly asAdmin: <Result>(work: (admin: Admin) => Promise<Result>) => Promise<Result>,
    private readonly settings: TopicSettings,
  ) {}

  async ensure(names: readonly string[], signal: AbortSignal): Promise<void> {
    if (names.every((name) => this.#known.has(name))) return;
    await this.#turn.take(() => this.asAdmin((admin) => this.#create(admin, names)), signal);
  }

  /** After an error: a topic may have been deleted. */
  forget(): void {
    this.#known.clear();
  }

  async #create(admin: Admin, names: readonly string[]): Promise<void> {
    const existing = new Set(await admin.listTopics());
    const missing = [...new Set(names)].filter((name) => !existing.has(name));
    if (missing.length > 0) {
      // Another process may create them at the same time: kafkajs says `false` then.
      const topics = missing.map((name) => declarationOf(name, this.settings));
      await admin.createTopics({ topics, waitForLeaders: true });
    }
    for (const name of names) this.#known.add(name);
  }
}

function declarationOf(topic: string, settings: TopicSettings): ITopicConfig {
  const { partitions, replicationFactor, retentionMs, deadLetterRetentionMs } = settings;
  const dead = DEAD.test(topic);
  const entries = {
    'cleanup.policy': 'delete',
    'retention.ms': dead ? deadLetterRetentionMs : retentionMs,
    // A dead letter is the original and some headers.
    'max.message.bytes': dead ? 4 * 1024 * 1024 : 2 * 1024 * 1024,
    'min.insync.replicas': replicationFactor > 2 ? 2 : 1,
    'unclean.leader.election.enable': false,
    // The broker unpacks whatever a foreign producer packed, so that every consumer can read it.
    'compression.type': 'uncompressed',
  };
  return {
    topic,
    numPartitions: partitions,
    replicationFactor,
    configEntries: Object.entries(entries).map(([name, value]) => ({ name, value: String(value) })),
  };
}
