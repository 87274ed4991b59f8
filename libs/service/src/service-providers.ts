import { Metrics, ReadinessChecks } from '@floe/http';
import { Bus, Doorbell, Inbox } from '@floe/messaging';
import {
  openDataSource,
  Outbox,
  PostgresInbox,
  Relay,
  Transactions,
  TypeOrmTransactions,
} from '@floe/outbox';
import { JobQueue } from '@floe/work';
import { Logger, type Provider } from '@nestjs/common';
import { DataSource } from 'typeorm';

import { Lifecycle, Startables } from './lifecycle.ts';
import { serviceMetrics } from './service-metrics.ts';

/** Nobody asks for them: Nest makes them, and they are measured. */
const METRICS = Symbol('metrics of a service');

type Classes = readonly (new () => object)[];

export interface ServiceDefinition {
  /** Names the schema, the consumer group and the source of the service's facts. */
  readonly name: string;
  readonly entities: Classes;
  readonly migrations: Classes;
}

/** What a process lends to the services that run in it. */
export interface ServiceParts {
  readonly databaseUrl: string;
  readonly bus: Bus;
  readonly checks: ReadinessChecks;
}

/**
 * The transactional ends of a service: its schema, outbox and relay, inbox, and the start and stop of all of it.
 * The service provides `Router` and `Startables` itself: what it does with facts, and its workers.
 */
export function serviceProviders(
  { name, entities, migrations }: ServiceDefinition,
  { databaseUrl, bus, checks }: ServiceParts,
): Provider[] {
  const log = new Logger(name);
  checks.add({ name: 'bus', check: async () => void (await bus.lag(name)) });
  return [
    Lifecycle,
    Doorbell,
    { provide: Logger, useValue: log },
    { provide: Bus, useValue: bus },
    { provide: ReadinessChecks, useValue: checks },
    { provide: Outbox, useFactory: () => new Outbox(`/${name}`) },
    {
      provide: DataSource,
      useFactory: async () => {
        const dataSource = await openDataSource(databaseUrl, name, { entities, migrations });
        checks.add({
          name: 'database',
          check: async () => void (await dataSource.query('SELECT 1')),
        });
        return dataSource;
      },
    },
    {
      provide: METRICS,
      inject: [Metrics, DataSource, { token: JobQueue, optional: true }],
      useFactory: (metrics: Metrics, dataSource: DataSource, queue?: JobQueue) => {
        const sources = serviceMetrics(name, { dataSource, bus, queue });
        for (const source of sources) metrics.add(source);
        return sources;
      },
    },
    {
      provide: Transactions,
      inject: [DataSource, Doorbell],
      useFactory: (dataSource: DataSource, committed: Doorbell) =>
        new TypeOrmTransactions(dataSource, committed),
    },
    {
      provide: Inbox,
      inject: [Transactions],
      useFactory: (transactions: Transactions) => new PostgresInbox(transactions),
    },
    {
      provide: Relay,
      inject: [DataSource, Doorbell],
      useFactory: (dataSource: DataSource, committed: Doorbell) =>
        new Relay(dataSource, bus, committed, (error) => log.error('relay interrupted', { error })),
    },
  ];
}

/** Provides what runs from the service's start to its stop besides the relay. */
export function startables<Dependencies extends readonly unknown[]>(
  inject: { readonly [Index in keyof Dependencies]: abstract new (...args: never[]) => unknown },
  list: (...dependencies: Dependencies) => Startables['list'],
): Provider {
  return {
    provide: Startables,
    inject: [...inject],
    useFactory: (...dependencies: unknown[]) =>
      new Startables(list(...(dependencies as unknown as Dependencies))),
  };
}
