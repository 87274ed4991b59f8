import 'reflect-metadata';
import { createHttpApp, ReadinessChecks } from '@floe/http';
import { type DynamicModule, Logger } from '@nestjs/common';

import { openBus } from './open-bus.ts';
import type { ServiceParts } from './service-providers.ts';
import { checkExposure, publicUrlOf } from './service-settings.ts';

interface RunSettings {
  readonly host: string;
  readonly port: number;
  readonly publicUrl?: string | undefined;
  readonly access?: 'open' | undefined;
  readonly databaseUrl: string;
  readonly busUrl?: string | undefined;
}

/** Runs one service as a process of its own until it is told to stop. */
export async function runService(
  settings: RunSettings,
  moduleOf: (parts: ServiceParts) => DynamicModule | Promise<DynamicModule>,
): Promise<void> {
  checkExposure(settings);
  const log = new Logger('bus');
  const { databaseUrl, busUrl = databaseUrl } = settings;
  const bus = await openBus(busUrl, (error) => log.error('bus interrupted', { error }));
  const checks = new ReadinessChecks();
  const app = await createHttpApp([await moduleOf({ databaseUrl, bus, checks })], checks, {
    publicUrl: publicUrlOf(settings),
    anyHost: settings.access === 'open',
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      void app.close().then(() => bus[Symbol.asyncDispose]());
    });
  }
  await app.listen(settings.port, settings.host);
}
