import { setTimeout as sleep } from 'node:timers/promises';

import { abortable, type BatchHandler, deadLetterTopic, within } from '@floe/messaging';
import type { Consumer, EachBatchPayload, TopicOffsets } from 'kafkajs';

import { Assignment } from './assignment.ts';
import { Client, type Cluster } from './client.ts';
import type { NextOffset } from './commits.ts';
import { errorTypeOf } from './error-type.ts';
import { recordOf } from './records.ts';
import type { Topics } from './topics.ts';

const CLOSE_MS = 5_000;
const DRAIN_MS = 3_000;
const PAUSE_MS = 1_000;
const SHORT_PAUSE_MS = 100;
/**
 * How long a fetch waits for records, and how long a handler is waited for before its partition is paused: kafkajs
 * looks at what is resumed only after its next fetch. Who is paused is slow enough to have work for that long.
 */
const FETCH_WAIT_MS = 250;
/** Partitions that are handed over at a time: those that wait for a handler hold up no other. */
const AT_ONCE = 64;
const FETCH_BYTES = 8 * 1024 * 1024;
const PARTITION_BYTES = 1024 * 1024;

/** The broker does not know this membership any more; kafkajs joins again by itself. */
const GROUP_HAS_CHANGED = new Set([
  'REBALANCE_IN_PROGRESS',
  'ILLEGAL_GENERATION',
  'UNKNOWN_MEMBER_ID',
]);

/** A coordinator that has just begun its office: no fault, over in a moment. */
const PASSING = new Set([
  'GROUP_LOAD_IN_PROGRESS',
  'GROUP_COORDINATOR_NOT_AVAILABLE',
  'NOT_COORDINATOR_FOR_GROUP',
]);

export interface GroupMember {
  readonly cluster: Cluster;
  readonly topics: Topics;
  readonly group: string;
  readonly names: readonly string[];
  readonly handle: BatchHandler;
  readonly sessionTimeoutMs: number;
  /** Is told when the group lets the member in, and when it does not count with it any more. */
  readonly tell: (joined: boolean) => void;
}

/** Reads on, with a new consumer after each crash of one, until aborted; then ends within a deadline. */
export async function readGroup(member: GroupMember, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      await readWithOneConsumer(member, signal);
    } catch (error) {
      if (signal.aborted) return;
      member.topics.forget();
      const settles = PASSING.has(errorTypeOf(error));
      if (!settles) member.cluster.report(error);
      await sleep(settles ? SHORT_PAUSE_MS : PAUSE_MS, undefined, { signal }).catch(() => {});
    }
  }
}

async function readWithOneConsumer(member: GroupMember, signal: AbortSignal): Promise<void> {
  const { cluster, topics, group, names, handle, tell } = member;
  const dead = names.map((name) => deadLetterTopic(name, group));
  await abortable(topics.ensure([...names, ...dead], signal), signal);

  const client = new Client(cluster);
  const consumer = consumerOf(client, member);
  let payload: EachBatchPayload | undefined;
  const assignment = new Assignment({
    handle,
    report: cluster.report,
    resume: (topic, partition) => consumer.resume([{ topic, partitions: [partition] }]),
    commit: async (next) => payload !== undefined && commit(payload, next),
  });
  const { promise: crashed, reject } = Promise.withResolvers<never>();
  consumer.on(consumer.events.CRASH, ({ payload: { error } }) => reject(error));
  consumer.on(consumer.events.REBALANCING, () => {
    tell(false);
    assignment.fence();
  });
  consumer.on(consumer.events.GROUP_JOIN, ({ payload: { memberAssignment } }) => {
    assignment.begin(memberAssignment);
    tell(true);
  });
  try {
    await abortable(Promise.race([start(), crashed]), signal);
    await abortable(crashed, signal);
  } finally {
    tell(false);
    await within(DRAIN_MS, assignment.end());
    await client.close(() => consumer.disconnect(), CLOSE_MS);
  }

  async function start(): Promise<void> {
    await consumer.connect();
    await consumer.subscribe({ topics: [...names], fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      partitionsConsumedConcurrently: AT_ONCE,
      // An error in here would end the consumer, a long wait would hold up the others: it only hands over.
      eachBatch: async (current) => {
        payload = current;
        await handOver(current, assignment, consumer);
      },
    });
  }
}

function consumerOf({ kafka }: Client, { group, sessionTimeoutMs }: GroupMember): Consumer {
  return kafka.consumer({
    groupId: group,
    sessionTimeout: sessionTimeoutMs,
    rebalanceTimeout: 2 * sessionTimeoutMs,
    heartbeatInterval: Math.floor(sessionTimeoutMs / 5),
    maxWaitTimeInMs: Math.min(FETCH_WAIT_MS, Math.floor(sessionTimeoutMs / 5)),
    maxBytes: FETCH_BYTES,
    maxBytesPerPartition: PARTITION_BYTES,
    allowAutoTopicCreation: false,
    retry: {
      retries: 5,
      initialRetryTime: 100,
      maxRetryTime: 1_000,
      // A new consumer is simpler than one that mended itself.
      restartOnFailure: async () => false,
    },
  });
}

async function handOver(
  payload: EachBatchPayload,
  assignment: Assignment,
  to: Consumer,
): Promise<void> {
  const { batch } = payload;
  const { topic, partition, messages } = batch;
  const { fetchedOffset } = batch as typeof batch & { readonly fetchedOffset: string };
  const records = messages.map((message) => recordOf(topic, partition, message));
  const verdict = assignment.push(topic, partition, BigInt(fetchedOffset), records);
  if (verdict === 'pause') {
    if (await assignment.isFull(topic, partition, FETCH_WAIT_MS)) payload.pause();
  } else if (verdict !== 'go on') to.seek({ topic, partition, offset: String(verdict.seek) });
}

/**
 * Not by `consumer.commitOffsets`: that tries again after the group has been formed anew, and the broker takes the
 * commit of any member for any partition, also for one that has moved on elsewhere.
 */
async function commit(payload: EachBatchPayload, next: readonly NextOffset[]): Promise<boolean> {
  try {
    await payload.commitOffsetsIfNecessary({ topics: byTopic(next) });
    return true;
  } catch (error) {
    if (GROUP_HAS_CHANGED.has(errorTypeOf(error))) return false;
    throw error;
  }
}

function byTopic(next: readonly NextOffset[]): TopicOffsets[] {
  return [...Map.groupBy(next, ({ topic }) => topic)].map(([topic, all]) => ({
    topic,
    partitions: all.map(({ partition, offset }) => ({ partition, offset: String(offset) })),
  }));
}
