import { randomUUID } from 'node:crypto';

import type { VersionAssigned } from '@floe/contracts';
import { Bus, Inbox, Router } from '@floe/messaging';
import { Transactions } from '@floe/outbox';
import {
  every,
  type ServiceParts,
  type Startable,
  serviceProviders,
  startables,
} from '@floe/service';
import { BlobStore } from '@floe/storage';
import {
  AddTrace1767225600101,
  CreateWork1767225600100,
  type Job,
  JobQueue,
  PostgresJobQueue,
  WorkBells,
  Workers,
} from '@floe/work';
import { type DynamicModule, Logger, Module, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';
import { DataSource } from 'typeorm';

import { Aliases } from './application/aliases.ts';
import { AppendChunk } from './application/append-chunk.ts';
import { BlobLinks } from './application/blob-links.ts';
import { CancelUpload } from './application/cancel-upload.ts';
import { CompleteUpload } from './application/complete-upload.ts';
import { DeleteManifest } from './application/delete-manifest.ts';
import { DeleteTag } from './application/delete-tag.ts';
import { FindUpload } from './application/find-upload.ts';
import { ListReferrers } from './application/list-referrers.ts';
import { ListTags } from './application/list-tags.ts';
import { Manifests } from './application/manifests.ts';
import { MountBlob } from './application/mount-blob.ts';
import { MoveAlias } from './application/move-alias.ts';
import { OpenUpload } from './application/open-upload.ts';
import { PublishVersion } from './application/publish-version.ts';
import { PutManifest } from './application/put-manifest.ts';
import { ReadBlob } from './application/read-blob.ts';
import { ReadManifest } from './application/read-manifest.ts';
import { Statements } from './application/statements.ts';
import { SweepUploads } from './application/sweep-uploads.ts';
import { Tags } from './application/tags.ts';
import { Uploads } from './application/uploads.ts';
import { distributionRoutes } from './http/distribution-routes.ts';
import { Distribution } from './http/distribution.ts';
import { InProcessRegistry } from './http/in-process.ts';
import { Pull } from './http/pull.ts';
import { PushBlob } from './http/push-blob.ts';
import { PushManifest } from './http/push-manifest.ts';
import { CreateRegistry1767225600001 } from './infrastructure/create-registry.ts';
import { DistributionRegistry } from './infrastructure/distribution-registry.ts';
import { PostgresAliases } from './infrastructure/postgres-aliases.ts';
import { PostgresBlobLinks } from './infrastructure/postgres-blob-links.ts';
import { PostgresManifests } from './infrastructure/postgres-manifests.ts';
import { postgresStatements } from './infrastructure/postgres-statements.ts';
import { PostgresTags } from './infrastructure/postgres-tags.ts';
import { PostgresUploads } from './infrastructure/postgres-uploads.ts';
import { InternalToken } from './internal-token.ts';
import { publishLater } from './messaging/publish-later.ts';
import { registryRoutes } from './messaging/registry.routes.ts';

export { InProcessRegistry } from './http/in-process.ts';

const DEFINITION = {
  name: 'registry',
  entities: [],
  migrations: [CreateWork1767225600100, AddTrace1767225600101, CreateRegistry1767225600001],
};

/** What a process lends to the registry besides what every service gets. */
export interface RegistryParts extends ServiceParts {
  readonly store: BlobStore;
}

export interface RegistrySettings {
  /** Without one nobody can link blobs that no repository shows. */
  readonly internalToken?: string | undefined;
  /** No other process runs this service on this database: its predecessor's leases are void. */
  readonly sole?: boolean;
  /** Another registry that keeps the released images, if there is one. */
  readonly releaseTo?: string | undefined;
}

@Module({})
export class RegistryModule implements OnModuleInit {
  constructor(
    private readonly adapter: HttpAdapterHost,
    private readonly distribution: Distribution,
    private readonly internalToken: InternalToken,
  ) {}

  static with(
    { internalToken, sole = false, releaseTo }: RegistrySettings,
    parts: RegistryParts,
  ): DynamicModule {
    return {
      module: RegistryModule,
      providers: [
        ...serviceProviders(DEFINITION, parts),
        ...PULL,
        ...PUSH,
        InProcessRegistry,
        PublishVersion,
        MoveAlias,
        SweepUploads,
        WorkBells,
        { provide: InternalToken, useFactory: () => new InternalToken(internalToken) },
        { provide: BlobStore, useValue: parts.store },
        { provide: Statements, inject: [DataSource], useFactory: postgresStatements },
        { provide: Aliases, useClass: PostgresAliases },
        { provide: BlobLinks, useClass: PostgresBlobLinks },
        { provide: Manifests, useClass: PostgresManifests },
        { provide: Tags, useClass: PostgresTags },
        { provide: Uploads, useClass: PostgresUploads },
        {
          provide: JobQueue,
          inject: [DataSource, WorkBells],
          useFactory: (dataSource: DataSource, bells: WorkBells) =>
            new PostgresJobQueue(dataSource, bells),
        },
        {
          provide: Workers,
          inject: [DataSource, Transactions, WorkBells, PublishVersion, Logger],
          useFactory: workersOf(sole, releaseTo),
        },
        {
          provide: Router,
          inject: [Bus, Inbox, PublishVersion, MoveAlias, JobQueue],
          useFactory: routerOf(releaseTo !== undefined),
        },
        startables([Router, Workers, SweepUploads, Logger], startablesOf),
      ],
    };
  }

  onModuleInit(): void {
    const fastify: FastifyInstance = this.adapter.httpAdapter.getInstance();
    distributionRoutes(fastify, this.distribution, this.internalToken.value);
  }
}

const SWEEP_EVERY_MS = 60 * 60 * 1_000;

const PULL = [Distribution, Pull, ListReferrers, ListTags, ReadBlob, ReadManifest];

const PUSH = [
  PushBlob,
  PushManifest,
  AppendChunk,
  CancelUpload,
  CompleteUpload,
  DeleteManifest,
  DeleteTag,
  FindUpload,
  MountBlob,
  OpenUpload,
  PutManifest,
];

function workersOf(sole: boolean, releaseTo: string | undefined) {
  return (
    dataSource: DataSource,
    transactions: Transactions,
    bells: WorkBells,
    publishVersion: PublishVersion,
    log: Logger,
  ): Workers<VersionAssigned> => {
    const report = (error: unknown, job?: Job<unknown>): void =>
      log.warn('publication delayed', { buildId: job?.id, errors: job?.errors, error });
    const parts = { dataSource, transactions, bells, report };
    const elsewhere = releaseTo === undefined ? undefined : new DistributionRegistry(releaseTo);
    return publishLater(parts, publishVersion, elsewhere, { owner: randomUUID(), sole });
  };
}

function startablesOf(
  router: Router,
  workers: Workers<VersionAssigned>,
  sweepUploads: SweepUploads,
  log: Logger,
): readonly Startable[] {
  const sweep = (signal: AbortSignal): Promise<number> => sweepUploads.execute(new Date(), signal);
  const report = (error: unknown): void => log.error('sweep of uploads interrupted', { error });
  return [router, workers, every(SWEEP_EVERY_MS, sweep, report)];
}

function routerOf(elsewhere: boolean) {
  return (
    bus: Bus,
    inbox: Inbox,
    publishVersion: PublishVersion,
    moveAlias: MoveAlias,
    queue: JobQueue<VersionAssigned>,
  ): Router =>
    registryRoutes(new Router('registry', bus, inbox), publishVersion, moveAlias, queue, elsewhere);
}
