import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { startEmbeddedPostgres } from '@floe/embedded-postgres';
import { ReadinessChecks } from '@floe/http';
import type { Bus } from '@floe/messaging';
import { openBus, openStore } from '@floe/service';
import type { BlobStore } from '@floe/storage';

import { openDataFolder } from './data-folder.ts';
import type { Settings } from './settings.ts';

/** What the services of the process share. */
export interface Parts {
  readonly databaseUrl: string;
  readonly bus: Bus;
  readonly store: BlobStore;
  readonly checks: ReadinessChecks;
  /** Where archives are kept aside while they are read. */
  readonly spoolDir: string;
  /** By which the services of this process know each other; new at each start. */
  readonly internalToken: string;
}

/** Opens what the settings name, and the embedded part in the place of each that they leave out. */
export async function openParts(
  settings: Settings,
  report: (part: string, error: unknown) => void,
): Promise<Parts & AsyncDisposable> {
  await using opened = new AsyncDisposableStack();
  const folder = opened.use(await openDataFolder(settings.dataDir));
  const databaseUrl =
    settings.databaseUrl ??
    opened.use(await startEmbeddedPostgres({ directory: join(folder.path, 'postgres') })).localUrl;
  const storeUrl = settings.storeUrl ?? pathToFileURL(join(folder.path, 'store')).href;
  const store = await openStore({ ...settings, storeUrl });
  const bus = opened.use(
    await openBus(settings.busUrl ?? databaseUrl, (error) => report('bus', error), store, settings),
  );
  const spoolDir = settings.spoolDir ?? join(folder.path, 'spool');
  await mkdir(spoolDir, { recursive: true });
  const parts = {
    databaseUrl,
    bus,
    store,
    checks: new ReadinessChecks(),
    spoolDir,
    internalToken: randomBytes(32).toString('base64url'),
  };
  const stack = opened.move();
  return { ...parts, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}
