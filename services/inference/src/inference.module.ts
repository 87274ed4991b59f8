import { Inspector } from '@floe/formats';
import { Bus, Inbox, Router } from '@floe/messaging';
import { Transactions } from '@floe/outbox';
import { type ServiceParts, serviceProviders, startables } from '@floe/service';
import { BlobReader } from '@floe/storage';
import {
  AddTrace1767225600101,
  CreateWork1767225600100,
  type Job,
  JobQueue,
  PostgresJobQueue,
  WorkBells,
  Workers,
} from '@floe/work';
import { type DynamicModule, Logger, Module } from '@nestjs/common';
import { DataSource } from 'typeorm';

import { InferSignatures } from './application/infer-signatures.ts';
import { InferenceSettings } from './application/inference-settings.ts';
import { TakeUpload } from './application/take-upload.ts';
import type { InferenceTask } from './domain/inference-task.ts';
import { inferenceRoutes } from './messaging/inference.routes.ts';

export { inferenceSettings } from './settings.ts';

export interface InferenceOptions {
  /** Models that are read at a time in this process. */
  readonly concurrency: number;
  readonly deadlineMs: number;
  /** No other process infers: leases that are found at the start are those of a dead predecessor. */
  readonly sole: boolean;
}

/** While one model is read, others are fetched and told: their round trips are shared. */
const JOBS_PER_READER = 4;

const DEFINITION = {
  name: 'inference',
  entities: [],
  migrations: [CreateWork1767225600100, AddTrace1767225600101],
};

@Module({})
export class InferenceModule {
  static with(
    { concurrency, deadlineMs, sole }: InferenceOptions,
    { store, ...parts }: ServiceParts & { readonly store: BlobReader },
  ): DynamicModule {
    return {
      module: InferenceModule,
      providers: [
        ...serviceProviders(DEFINITION, parts),
        InferSignatures,
        TakeUpload,
        WorkBells,
        { provide: BlobReader, useValue: store },
        { provide: Inspector, useFactory: () => new Inspector() },
        {
          provide: InferenceSettings,
          useFactory: () => new InferenceSettings(concurrency, deadlineMs, sole),
        },
        {
          provide: JobQueue,
          inject: [DataSource, WorkBells],
          useFactory: (dataSource: DataSource, bells: WorkBells) =>
            new PostgresJobQueue(dataSource, bells),
        },
        {
          provide: Workers,
          inject: [DataSource, Transactions, WorkBells, InferenceSettings, InferSignatures, Logger],
          useFactory: workersOf,
        },
        {
          provide: Router,
          inject: [Bus, Inbox, TakeUpload, JobQueue],
          useFactory: (
            bus: Bus,
            inbox: Inbox,
            takeUpload: TakeUpload,
            queue: JobQueue<InferenceTask>,
          ) => inferenceRoutes(new Router('inference', bus, inbox), takeUpload, queue),
        },
        startables(
          [Inspector, Workers, Router],
          (inspector: Inspector, workers: Workers<InferenceTask>, router: Router) => [
            { start: () => inspector },
            workers,
            router,
          ],
        ),
      ],
    };
  }
}

function workersOf(
  dataSource: DataSource,
  transactions: Transactions,
  bells: WorkBells,
  { concurrency, sole }: InferenceSettings,
  inferSignatures: InferSignatures,
  log: Logger,
): Workers<InferenceTask> {
  const report = (error: unknown, job?: Job<unknown>): void =>
    log.error('inference interrupted', { buildId: job?.id, error });
  const options = {
    owner: `inference-${process.pid}`,
    concurrency: concurrency * JOBS_PER_READER,
    sole,
  };
  return new Workers({ dataSource, transactions, bells, report }, options, inferSignatures);
}
