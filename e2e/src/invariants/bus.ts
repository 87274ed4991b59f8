import { TOPICS } from '@floe/contracts';
import kafkajs from 'kafkajs';

import { gaugesAt } from '../gauges-at.ts';
import { broken, hasEmbeddedBus, type Installation } from './installation.ts';

/** The facts of an installation at one moment. */
export interface BusState {
  /** Where its topics end: it changes with every record. */
  readonly ends: string;
  /** What somebody has still to handle, a sentence each. */
  readonly unread: readonly string[];
}

export async function readBus(installation: Installation): Promise<BusState> {
  if (await hasEmbeddedBus(installation))
    return { ends: await embeddedEnds(installation), unread: await broken(installation, UNREAD) };
  const { kafka, processes } = installation;
  if (kafka === undefined) throw new Error('The bus is neither in PostgreSQL nor on Kafka');
  const lags = await Promise.all(processes.map(lagsAt));
  return { ends: await kafkaEnds(kafka.address), unread: [...new Set(lags.flat())] };
}

const UNREAD = `
  SELECT format('%s is %s records behind in %s', consumer_group, sum(last_offset - "offset"), topic) AS broken
    FROM bus.committed JOIN bus.partition USING (topic, partition)
   WHERE last_offset > "offset" GROUP BY consumer_group, topic`;

async function embeddedEnds(installation: Installation): Promise<string> {
  const rows = await installation.sql<{ ends: string }>(
    `SELECT coalesce(sum(last_offset), 0)::text AS ends FROM bus.partition`,
  );
  return rows[0]?.ends ?? '';
}

async function kafkaEnds(address: string): Promise<string> {
  const { NOTHING: logLevel } = kafkajs.logLevel;
  const admin = new kafkajs.Kafka({ brokers: [address], clientId: 'watching', logLevel }).admin();
  try {
    await admin.connect();
    const ends = await Promise.all(TOPICS.map((topic) => admin.fetchTopicOffsets(topic)));
    return JSON.stringify(ends.flat().map(({ high }) => high));
  } finally {
    await admin.disconnect();
  }
}

async function lagsAt(url: string): Promise<readonly string[]> {
  const gauges = await gaugesAt(url, 'floe_consumer_lag_records');
  return gauges
    .filter(({ value }) => value !== 0)
    .map(
      ({ labels, value }) => `${labels['group']} is ${value} records behind in ${labels['topic']}`,
    );
}
