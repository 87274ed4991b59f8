import { randomUUID } from 'node:crypto';

import { serviceOf } from '@floe/deploy/routes';
import { startEmbeddedPostgres } from '@floe/embedded-postgres';
import { startKafka } from '@floe/testing';

import { type Env, type RunningProcess, runProcess } from '../run-process.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { listen } from './front.ts';
import { startStore } from './start-store.ts';

export const SERVICES = ['upload', 'inference', 'builder', 'catalogue', 'registry'] as const;
export type ServiceName = (typeof SERVICES)[number];

/** Five services as processes of their own on Kafka, MinIO and PostgreSQL, behind one address. */
export interface RunningCluster extends AsyncDisposable {
  readonly url: string;
  /** Starts another replica. */
  add(service: ServiceName, env?: Env): Promise<AsyncDisposable>;
}

/** With one replica of each that is named. */
export async function runCluster(
  services: readonly ServiceName[] = SERVICES,
): Promise<RunningCluster> {
  await using opened = new AsyncDisposableStack();
  const folder = opened.use(await temporaryFolder());
  const postgres = opened.use(
    await startEmbeddedPostgres({ directory: `${folder.path}/postgres` }),
  );
  const kafka = opened.use(await startKafka());
  const store = opened.use(await startStore());
  const running = new Map<ServiceName, RunningProcess[]>();
  let turn = 0;
  const front = opened.use(
    await listen(async (_, path) => {
      const replicas = running.get(serviceOf(path)) ?? [];
      return replicas[(turn += 1) % replicas.length]?.url;
    }),
  );
  const settings = {
    FLOE_PUBLIC_URL: front.url,
    FLOE_DATABASE_URL: postgres.url,
    FLOE_BUS_URL: `kafka://${kafka.address}`,
    ...store.settings,
    FLOE_REGISTRY_URL: front.url,
    FLOE_INTERNAL_TOKEN: randomUUID(),
  };
  const add = async (service: ServiceName, env: Env = {}): Promise<RunningProcess> => {
    const replica = await runProcess(service, { ...settings, ...env });
    running.set(service, [...(running.get(service) ?? []), replica]);
    return replica;
  };
  for (const replica of await Promise.all(services.map((service) => add(service))))
    opened.use(replica);
  const stack = opened.move();
  return { url: front.url, add, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}
