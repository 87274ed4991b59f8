import { type BusServer, describeBus, FaultProxy } from '@floe/messaging/contract';
import { startPostgres } from '@floe/testing';
import { Client } from 'pg';

import { PostgresBus } from './postgres-bus.ts';

const SILENCE_MS = 2_000;

describeBus('PostgresBus', startServer);

async function startServer(): Promise<BusServer> {
  await using opened = new AsyncDisposableStack();
  const postgres = opened.use(await startPostgres({ durable: true }));
  const proxy = opened.use(await FaultProxy.listen());
  const throughProxy = new URL(postgres.url);
  proxy.forwardTo(Number(throughProxy.port));
  throughProxy.port = String(proxy.port);
  const version = await versionOf(postgres.url);
  const started = opened.move();
  return {
    version,
    proxy,
    open: () => PostgresBus.open(postgres.url, () => {}),
    openThroughProxy: () => PostgresBus.open(throughProxy.href, () => {}),
    kill: () => postgres.kill(),
    start: () => postgres.start(),
    consumer: new URL('consumer.child.ts', import.meta.url),
    address: postgres.url,
    silenceMs: SILENCE_MS,
    [Symbol.asyncDispose]: () => started.disposeAsync(),
  };
}

async function versionOf(url: string): Promise<string> {
  const client = new Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query<{ server_version: string }>('SHOW server_version');
  await client.end();
  return `PostgreSQL ${rows[0]?.server_version}`;
}
