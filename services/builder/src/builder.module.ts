import { Bus, Inbox, Router } from '@floe/messaging';
import { Transactions } from '@floe/outbox';
import { type ServiceParts, serviceProviders, startables } from '@floe/service';
import type { BlobReader } from '@floe/storage';
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

import { BuildImages } from './application/build-images.ts';
import { BuildLogs } from './application/build-logs.ts';
import { BuildSettings } from './application/build-settings.ts';
import { ImageBuilder } from './application/image-builder.ts';
import { TakeBuild } from './application/take-build.ts';
import { TellBuild } from './application/tell-build.ts';
import { WatchLog } from './application/watch-log.ts';
import { WriteLogs } from './application/write-logs.ts';
import type { BuildTask } from './domain/build-task.ts';
import { BuildLogsController } from './http/build-logs.controller.ts';
import { CreateBuilder1767225600001 } from './infrastructure/create-builder.ts';
import { DaemonlessAssembler } from './infrastructure/daemonless-assembler.ts';
import { PostgresBuildLogs } from './infrastructure/postgres-build-logs.ts';
import { Registry, type RegistryAddress } from './infrastructure/registry.ts';
import { builderRoutes } from './messaging/builder.routes.ts';

export { builderSettings } from './settings.ts';

export interface BuilderOptions {
  readonly registry: RegistryAddress;
  /** Builds that run at a time in this process. */
  readonly concurrency: number;
  readonly deadlineMs: number;
  /** No other process builds: leases that are found at the start are those of a dead predecessor. */
  readonly sole: boolean;
}

const DEFINITION = {
  name: 'builder',
  entities: [],
  migrations: [CreateBuilder1767225600001, CreateWork1767225600100, AddTrace1767225600101],
};

@Module({})
export class BuilderModule {
  static with(
    { registry, concurrency, deadlineMs, sole }: BuilderOptions,
    { store, ...parts }: ServiceParts & { readonly store: BlobReader },
  ): DynamicModule {
    return {
      module: BuilderModule,
      controllers: [BuildLogsController],
      providers: [
        ...serviceProviders(DEFINITION, parts),
        BuildImages,
        TakeBuild,
        TellBuild,
        WatchLog,
        WorkBells,
        WriteLogs,
        { provide: BuildLogs, useClass: PostgresBuildLogs },
        {
          provide: BuildSettings,
          useFactory: () => new BuildSettings(concurrency, deadlineMs, sole),
        },
        { provide: ImageBuilder, useFactory: () => imageBuilder(registry, store, parts) },
        {
          provide: JobQueue,
          inject: [DataSource, WorkBells],
          useFactory: (dataSource: DataSource, bells: WorkBells) =>
            new PostgresJobQueue(dataSource, bells),
        },
        {
          provide: Workers,
          inject: [DataSource, Transactions, WorkBells, BuildSettings, BuildImages, Logger],
          useFactory: workersOf,
        },
        {
          provide: Router,
          inject: [Bus, Inbox, TakeBuild, JobQueue, BuildLogs],
          useFactory: (
            bus: Bus,
            inbox: Inbox,
            takeBuild: TakeBuild,
            queue: JobQueue<BuildTask>,
            logs: BuildLogs,
          ) => builderRoutes(new Router('builder', bus, inbox), { takeBuild, queue, logs }),
        },
        startables([Workers, Router], (workers: Workers<BuildTask>, router: Router) => [
          workers,
          router,
        ]),
      ],
    };
  }
}

function imageBuilder(
  address: RegistryAddress,
  store: BlobReader,
  parts: ServiceParts,
): ImageBuilder {
  const registry = new Registry(address);
  parts.checks.add({ name: 'registry', check: (signal) => registry.ping(signal) });
  return new DaemonlessAssembler(registry, store);
}

function workersOf(
  dataSource: DataSource,
  transactions: Transactions,
  bells: WorkBells,
  { concurrency, sole }: BuildSettings,
  buildImages: BuildImages,
  log: Logger,
): Workers<BuildTask> {
  const report = (error: unknown, job?: Job<unknown>): void =>
    log.error('building interrupted', { buildId: job?.id, error });
  const options = { owner: `builder-${process.pid}`, concurrency, sole };
  return new Workers({ dataSource, transactions, bells, report }, options, buildImages);
}
