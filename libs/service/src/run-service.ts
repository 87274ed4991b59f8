import 'reflect-metadata';
import { once } from 'node:events';

import { createHttpApp, JsonLogger, ReadinessChecks } from '@floe/http';
import type { BlobStore } from '@floe/storage';
import { type DynamicModule, type LoggerService } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import { Client } from 'pg';

import { Front } from './front.ts';
import type { FactStore } from './large-facts.ts';
import { openBus, type TopicDeclaration } from './open-bus.ts';
import { storeCheck } from './open-store.ts';
import { Opening } from './opening.ts';
import type { ServiceParts } from './service-providers.ts';
import { checkExposure, publicUrlOf } from './service-settings.ts';

interface RunSettings extends TopicDeclaration {
  readonly host: string;
  readonly port: number;
  readonly publicUrl?: string | undefined;
  readonly access?: 'open' | undefined;
  readonly databaseUrl: string;
  readonly busUrl?: string | undefined;
}

type Modules = (parts: ServiceParts) => readonly DynamicModule[];

/** After a signal everything has ended by then, in order or not: below the patience of the usual supervisors. */
const STOP_MS = 25_000;

/**
 * Runs one service as a process of its own until it is told to stop. The port answers at once; the service is composed
 * when the database, the bus and the store have answered, however long that takes.
 */
export async function runService(
  settings: RunSettings,
  store: FactStore & Pick<BlobStore, 'check'>,
  modulesOf: Modules,
  log: LoggerService = new JsonLogger(),
  stop: AbortSignal = stopSignal(log),
): Promise<void> {
  checkExposure(settings);
  const storing = storeCheck(store);
  const opening = new Opening(stop, (part, error) =>
    log.warn('waiting for a part', { part, error }),
  );
  // In reverse: no request comes any more when the service ends, nothing publishes when the bus closes.
  await using opened = new AsyncDisposableStack();
  await using front = await Front.listen(settings.port, settings.host, () => opening.states);
  try {
    const { databaseUrl, busUrl = databaseUrl } = settings;
    const checks = new ReadinessChecks();
    const report = (error: unknown): void => log.error('bus interrupted', { error });
    const [bus] = await Promise.all([
      opening
        .open('bus', () => openBus(busUrl, report, store, settings))
        .then((each) => opened.use(each)),
      opening.open('database', () => askDatabase(databaseUrl)),
      opening.open(storing.name, (signal) => storing.check(signal)),
    ]);
    checks.add(storing);
    const app = await createHttpApp(
      modulesOf({ databaseUrl, bus, checks }),
      checks,
      { publicUrl: publicUrlOf(settings), anyHost: settings.access === 'open' },
      log,
    );
    opened.defer(() => app.close());
    front.handOver(await routingOf(app));
    log.log('service started', { port: front.port });
    if (!stop.aborted) await once(stop, 'abort');
  } catch (error) {
    if (!stop.aborted) throw error;
  }
}

/** Aborted by SIGINT or SIGTERM; from then on the process has a deadline. */
function stopSignal(log: LoggerService): AbortSignal {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      stop.abort();
      setTimeout(() => {
        log.error('stopped at the deadline', { seconds: STOP_MS / 1_000 });
        process.exit(1);
      }, STOP_MS).unref();
    });
  }
  return stop.signal;
}

async function routingOf(app: NestFastifyApplication): Promise<FastifyInstance['routing']> {
  await app.init();
  const fastify: FastifyInstance = app.getHttpAdapter().getInstance();
  await fastify.ready();
  return (request, response) => fastify.routing(request, response);
}

async function askDatabase(url: string): Promise<void> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  client.on('error', () => {});
  try {
    await client.connect();
    await client.query('SELECT 1');
  } finally {
    await client.end().catch(() => {});
  }
}
