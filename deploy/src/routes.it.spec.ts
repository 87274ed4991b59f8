import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { BuilderModule } from '@floe/builder';
import { CatalogueModule } from '@floe/catalogue';
import { createHttpApp, ReadinessChecks } from '@floe/http';
import { InferenceModule } from '@floe/inference';
import { RegistryModule } from '@floe/registry';
import {
  openBus,
  openStore,
  PlatformFacts,
  PlatformModule,
  type ServiceParts,
} from '@floe/service';
import type { BlobStore } from '@floe/storage';
import { startPostgres } from '@floe/testing';
import { UploadModule } from '@floe/upload';
import type { DynamicModule } from '@nestjs/common';
import type { FastifyInstance } from 'fastify';
import { describe, expect, it } from 'vitest';

import { type Service, serviceOf } from './routes.ts';

const PUBLIC_URL = 'http://floe.test';
const WORK = { concurrency: 1, deadlineMs: 1_000, sole: false };
/** Every process answers these of itself. */
const OWN = /^\/(healthz|readyz|metrics|problems)(\/|$)/;

type Parts = ServiceParts & { readonly store: BlobStore };

const SERVICES: Readonly<Record<Service | 'inference', (parts: Parts) => DynamicModule[]>> = {
  upload: (parts) => [UploadModule.with({ publicUrl: PUBLIC_URL }, parts)],
  inference: (parts) => [InferenceModule.with(WORK, parts)],
  builder: (parts) => [BuilderModule.with({ ...WORK, registry: { url: PUBLIC_URL } }, parts)],
  catalogue: (parts) => [
    CatalogueModule.with({ publicUrl: PUBLIC_URL }, parts),
    PlatformModule.with(PlatformFacts.of({}, PUBLIC_URL)),
  ],
  registry: (parts) => [RegistryModule.with({}, parts)],
};

describe('the routes of the proxy', () => {
  it.each(Object.entries(SERVICES))(
    'lead each path of %s there',
    async (service, modulesOf) => {
      const paths = await pathsOf(modulesOf);

      const led = paths.map((path) => [path, serviceOf(path)]);

      expect(led).toEqual(paths.map((path) => [path, service]));
      expect(paths.length > 0).toBe(service !== 'inference');
    },
    60_000,
  );
});

/** Paths that the service itself answers when it runs, an example for each. */
async function pathsOf(modulesOf: (parts: Parts) => DynamicModule[]): Promise<string[]> {
  await using opened = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'floe-routes-'));
  opened.defer(() => rm(folder, { recursive: true }));
  const store = await openStore({ storeUrl: `file:${folder}` });
  const { url: databaseUrl } = opened.use(await startPostgres());
  const bus = opened.use(await openBus(databaseUrl, () => {}, store));
  const checks = new ReadinessChecks();
  const settings = { publicUrl: PUBLIC_URL, anyHost: true };
  const modules = modulesOf({ databaseUrl, bus, checks, store });
  const app = await createHttpApp(modules, checks, settings, false);
  opened.defer(() => app.close());
  const fastify: FastifyInstance = app.getHttpAdapter().getInstance();
  const paths = new Set<string>();
  fastify.addHook('onRoute', ({ url }) => void paths.add(exampleOf(url)));
  await app.init();
  await fastify.ready();
  return [...paths].filter((path) => !OWN.test(path));
}

function exampleOf(url: string): string {
  return url.replaceAll(/:[a-z]+/gi, 'x').replace('*', 'x/y');
}
