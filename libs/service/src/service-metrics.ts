import type { Measurement, MetricSource } from '@floe/http';
import { type Bus, deadLetterTopic } from '@floe/messaging';
import { outboxState } from '@floe/outbox';
import type { JobQueue } from '@floe/work';
import type { DataSource } from 'typeorm';

/** What every service measures: its outbox and its group of consumers, and its queue where it has one. */
export function serviceMetrics(
  service: string,
  { dataSource, bus, queue }: Parts,
): readonly MetricSource[] {
  return [
    { name: `${service} outbox`, read: () => readOutbox(service, dataSource) },
    { name: `${service} consumers`, read: () => readLag(service, bus) },
    { name: `${service} dead letters`, read: () => readDeadLetters(service, bus) },
    ...(queue ? [{ name: `${service} queue`, read: () => readQueue(service, queue) }] : []),
  ];
}

interface Parts {
  readonly dataSource: DataSource;
  readonly bus: Bus;
  readonly queue: JobQueue | undefined;
}

async function readOutbox(
  service: string,
  dataSource: DataSource,
): Promise<readonly Measurement[]> {
  const { unsent, oldestMs } = await outboxState(dataSource);
  const labels = { service };
  return [
    { gauge: 'floe_outbox_unsent', labels, value: unsent },
    { gauge: 'floe_outbox_oldest_seconds', labels, value: oldestMs / 1_000 },
  ];
}

async function readLag(group: string, bus: Bus): Promise<readonly Measurement[]> {
  const lag = await bus.lag(group);
  return lag.map(({ topic, partition, records }) => ({
    gauge: 'floe_consumer_lag_records',
    labels: { group, topic, partition: String(partition) },
    value: Number(records),
  }));
}

/** Of the topics that the group reads. */
async function readDeadLetters(group: string, bus: Bus): Promise<readonly Measurement[]> {
  const read = new Set((await bus.lag(group)).map(({ topic }) => topic));
  const kept = await bus.kept([...read].map((topic) => deadLetterTopic(topic, group)));
  return [...kept].map(([topic, records]) => ({
    gauge: 'floe_dead_letters',
    labels: { group, topic },
    value: Number(records),
  }));
}

async function readQueue(service: string, queue: JobQueue): Promise<readonly Measurement[]> {
  const { waiting, running, oldestWaitingMs, leaseOverdueMs } = await queue.depth();
  return [
    { gauge: 'floe_jobs', labels: { service, state: 'waiting' }, value: waiting },
    { gauge: 'floe_jobs', labels: { service, state: 'running' }, value: running },
    {
      gauge: 'floe_job_oldest_waiting_seconds',
      labels: { service },
      value: oldestWaitingMs / 1_000,
    },
    { gauge: 'floe_job_lease_overdue_seconds', labels: { service }, value: leaseOverdueMs / 1_000 },
  ];
}
