import { VersionAssigned } from '@floe/contracts';
import { Bus, Inbox, Router } from '@floe/messaging';
import { eventually, freePort, startPostgres } from '@floe/testing';
import { Controller, type DynamicModule, Get, type LoggerService, Module } from '@nestjs/common';
import { describe, expect, it } from 'vitest';

import { runService } from './run-service.ts';
import { type ServiceParts, serviceProviders, startables } from './service-providers.ts';

const SILENT: LoggerService = { log() {}, warn() {}, error() {} };
const HEALTHY = { freeBytes: undefined };
const DEFINITION = { name: 'alone', entities: [], migrations: [] };

describe('a service of its own', () => {
  it('stays up while its database is away, says so, and recovers alone', async () => {
    // given a database that is away
    await using postgres = await startPostgres({ durable: true });
    await postgres.stop();

    // when the service starts
    await using service = await start(postgres.url);

    // then it says what it waits for, and asks others to come again
    expect((await service.get('/healthz')).status).toBe(200);
    await eventually(async () => {
      const { checks } = await service.readiness();
      return checks['database']?.includes('ECONNREFUSED') === true;
    });
    const early = await service.get('/things');
    expect(early.status).toBe(503);
    expect(early.headers.get('retry-after')).toBe('1');
    expect(await early.json()).toMatchObject({ code: 'UNAVAILABLE' });

    // and is ready once the database is there, whenever it comes and goes
    for (let round = 0; round < 2; round += 1) {
      await postgres.start();
      await eventually(async () => (await service.get('/readyz')).status === 200, {
        deadlineMs: 30_000,
      });
      expect(await (await service.get('/things')).text()).toBe('things');
      await postgres.stop();
      expect((await service.get('/readyz')).status).toBe(503);
      expect((await service.get('/healthz')).status).toBe(200);
    }
  }, 120_000);

  it('waits for what it needs besides', async () => {
    await using postgres = await startPostgres();
    let away = true;
    const check = async (): Promise<typeof HEALTHY> => {
      if (away) throw new Error('the bucket is missing');
      return HEALTHY;
    };

    await using service = await start(postgres.url, check);
    await eventually(async () => {
      const { checks } = await service.readiness();
      return checks['database'] === 'ok' && checks['store'] === 'the bucket is missing';
    });
    away = false;
    await eventually(async () => (await service.get('/readyz')).status === 200);

    expect(await service.readiness()).toEqual({
      status: 'ready',
      checks: { bus: 'ok', consumers: 'ok', database: 'ok', store: 'ok' },
    });
  });

  it('makes its schema once, when three of it start at once', async () => {
    await using postgres = await startPostgres();

    const replicas = await Promise.all([1, 2, 3].map(() => start(postgres.url)));
    await using running = new AsyncDisposableStack();
    for (const replica of replicas) running.use(replica);

    for (const replica of replicas) {
      await eventually(async () => (await replica.get('/readyz')).status === 200);
      expect(await (await replica.get('/things')).text()).toBe('things');
    }
  });

  it('answers the requests that it has taken before it stops', async () => {
    await using postgres = await startPostgres();
    await using service = await start(postgres.url);
    await eventually(async () => (await service.get('/readyz')).status === 200);

    const taken = service.get('/things/slow');
    await eventually(() => SLOW.waiting.length === 1);
    const stopped = service.stop();
    await eventually(async () => refused(service.get('/healthz')));
    for (const go of SLOW.waiting.splice(0)) go();

    expect(await (await taken).text()).toBe('slow things');
    await stopped;
  });
});

class WatchedStore {
  constructor(readonly check: () => Promise<{ readonly freeBytes: undefined }>) {}

  put(): Promise<never> {
    throw new Error('no fact is large');
  }

  read(): Promise<never> {
    throw new Error('no fact is large');
  }
}

const SLOW: { readonly waiting: (() => void)[] } = { waiting: [] };

@Controller('things')
class ThingsController {
  @Get()
  things(): string {
    return 'things';
  }

  @Get('slow')
  async slow(): Promise<string> {
    await new Promise<void>((go) => SLOW.waiting.push(go));
    return 'slow things';
  }
}

@Module({})
class AloneModule {
  static with(parts: ServiceParts): DynamicModule {
    return {
      module: AloneModule,
      controllers: [ThingsController],
      providers: [
        ...serviceProviders(DEFINITION, parts),
        {
          provide: Router,
          inject: [Bus, Inbox],
          useFactory: (bus: Bus, inbox: Inbox) =>
            new Router('alone', bus, inbox).on(VersionAssigned, () => Promise.resolve()),
        },
        startables([Router], (router: Router) => [router]),
      ],
    };
  }
}

interface Service extends AsyncDisposable {
  get(path: string): Promise<Response>;
  readiness(): Promise<{ readonly checks: Readonly<Record<string, string>> }>;
  stop(): Promise<void>;
}

async function start(
  databaseUrl: string,
  check = async (): Promise<typeof HEALTHY> => HEALTHY,
): Promise<Service> {
  const port = await freePort();
  const stopping = new AbortController();
  const settings = {
    host: '127.0.0.1',
    port,
    databaseUrl,
    topicPartitions: 1,
    topicReplicas: 1,
    topicRetentionHours: 1,
  };
  const running = runService(
    settings,
    new WatchedStore(check),
    (parts) => [AloneModule.with(parts)],
    SILENT,
    stopping.signal,
  );
  const get = (path: string): Promise<Response> => fetch(`http://127.0.0.1:${port}${path}`);
  const stop = async (): Promise<void> => {
    stopping.abort();
    await running;
  };
  await eventually(async () => (await get('/healthz')).ok);
  return {
    get,
    stop,
    readiness: async () =>
      (await (await get('/readyz')).json()) as { checks: Record<string, string> },
    [Symbol.asyncDispose]: stop,
  };
}

async function refused(answer: Promise<Response>): Promise<boolean> {
  return answer.then(
    () => false,
    () => true,
  );
}
