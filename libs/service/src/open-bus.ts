import { TOPICS } from '@floe/contracts';
import type { Bus } from '@floe/messaging';
import { KafkaBus } from '@floe/messaging-kafka';
import { PostgresBus } from '@floe/messaging-postgres';

import { type FactStore, LargeFacts } from './large-facts.ts';

const KAFKA = 'kafka://';
const HOUR_MS = 60 * 60 * 1_000;

/** How topics are created; those that exist stay as they are. */
export interface TopicDeclaration {
  readonly topicPartitions: number;
  /** Kafka only. */
  readonly topicReplicas: number;
  /** Kafka only: the tables of the other bus are swept of what all have read. */
  readonly topicRetentionHours: number;
}

/**
 * Opens the bus that the address names: `postgres://…` or `kafka://host:port,host:port`. Rejects when no server of it
 * can be reached. `report` is told what goes wrong between the calls; the bus goes on by itself. Facts that are too
 * large for a record are in the store.
 */
export async function openBus(
  url: string,
  report: (error: unknown) => void,
  store: FactStore,
  topics?: TopicDeclaration,
): Promise<Bus & AsyncDisposable> {
  const bus = await openTopics(url, report, topics);
  return new LargeFacts(bus, store);
}

function openTopics(
  url: string,
  report: (error: unknown) => void,
  topics: TopicDeclaration | undefined,
): Promise<Bus & AsyncDisposable> {
  if (!url.startsWith(KAFKA)) {
    return PostgresBus.open(url, report, topics && { partitions: topics.topicPartitions });
  }
  return KafkaBus.open({
    brokers: url.slice(KAFKA.length).split(','),
    clientId: 'floe',
    report,
    topics: TOPICS,
    ...(topics && {
      topicSettings: {
        partitions: topics.topicPartitions,
        replicationFactor: topics.topicReplicas,
        retentionMs: topics.topicRetentionHours * HOUR_MS,
      },
    }),
  });
}
