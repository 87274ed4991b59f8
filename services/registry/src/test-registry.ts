import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { createHttpApp, ReadinessChecks } from '@floe/http';
import type { Bus } from '@floe/messaging';
import { DistributionClient, type RandomImage } from '@floe/oci';
import { openBus } from '@floe/service';
import { FileBlobStore } from '@floe/storage';
import { DataSource } from 'typeorm';

import { RegistryModule } from './registry.module.ts';

export const TOKEN = 'a-token-for-tests-only';
export const never: AbortSignal = new AbortController().signal;

export interface TestRegistry extends AsyncDisposable {
  readonly url: string;
  readonly host: string;
  readonly store: FileBlobStore;
  /** Of the store. */
  readonly folder: string;
  readonly bus: Bus;
  /** Asks as everyone, or as the platform. */
  readonly client: (repository: string, platform?: 'platform') => DistributionClient;
  sql(query: string, parameters?: unknown[]): Promise<Record<string, unknown>[]>;
  get<Service>(type: abstract new (...args: never[]) => Service): Service;
}

/** The module as it runs, for tests: on the given PostgreSQL and a folder of its own. */
export async function startRegistry(databaseUrl: string): Promise<TestRegistry> {
  await using opened = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'floe-registry-'));
  opened.defer(() => rm(folder, { recursive: true, force: true }));
  const store = await FileBlobStore.open(folder);
  const bus = opened.use(await openBus(databaseUrl, () => {}, store));
  const checks = new ReadinessChecks();
  const module = RegistryModule.with({ internalToken: TOKEN }, { databaseUrl, bus, checks, store });
  const settings = { publicUrl: 'http://registry.test', anyHost: true };
  const app = await createHttpApp([module], checks, settings, false);
  opened.defer(() => app.close());
  await app.listen(0, '127.0.0.1');
  const { host } = new URL(await app.getUrl());
  const url = `http://${host}`;
  const started = opened.move();

  return {
    url,
    host,
    store,
    folder,
    bus,
    client: (repository, platform) =>
      new DistributionClient({
        url,
        repository,
        attempts: 1,
        ...(platform !== undefined && { authorization: `Bearer ${TOKEN}` }),
      }),
    sql: (query, parameters) => app.get(DataSource, { strict: false }).query(query, parameters),
    get: (type) => app.get(type, { strict: false }),
    [Symbol.asyncDispose]: () => started.disposeAsync(),
  };
}

/** Pushes an image as a client does that knows nothing of the platform. */
export async function push(
  client: DistributionClient,
  { contents, config, manifest }: RandomImage,
  tag?: string,
): Promise<void> {
  for (const blob of [...contents, config]) await client.pushBlob(blob, never);
  await client.putManifest(manifest, never, tag);
}
