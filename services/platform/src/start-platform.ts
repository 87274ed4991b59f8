import { BuilderModule } from '@floe/builder';
import { CatalogueModule } from '@floe/catalogue';
import { freePort } from '@floe/embedded-postgres';
import { createHttpApp } from '@floe/http';
import { InferenceModule } from '@floe/inference';
import type { Transport } from '@floe/oci';
import { InProcessRegistry, RegistryModule } from '@floe/registry';
import {
  checkExposure,
  otherRegistryOf,
  PlatformFacts,
  PlatformModule,
  publicUrlOf,
} from '@floe/service';
import { UploadModule } from '@floe/upload';
import type { DynamicModule, LoggerService } from '@nestjs/common';

import { openParts, type Parts } from './open-parts.ts';
import type { Settings } from './settings.ts';

export interface Platform extends AsyncDisposable {
  /** Where it listens. */
  readonly url: string;
  /** Where users reach it. */
  readonly publicUrl: string;
}

/** Runs the five services in this process, with the embedded part in the place of each that the settings leave out. */
export async function startPlatform(
  { port: wanted, ...settings }: Settings,
  logger: LoggerService,
): Promise<Platform> {
  checkExposure(settings);
  await using opened = new AsyncDisposableStack();
  const port = wanted === 0 ? await freePort() : wanted;
  const publicUrl = publicUrlOf({ ...settings, port });
  const parts = opened.use(
    await openParts({ ...settings, port }, (part, error) =>
      logger.error(`${part} interrupted`, { error }),
    ),
  );
  const ownRegistry: Transport = (outgoing, signal) =>
    app.get(InProcessRegistry, { strict: false }).send(outgoing, signal);
  const app = await createHttpApp(
    modulesOf({ ...settings, port }, publicUrl, parts, ownRegistry),
    parts.checks,
    { publicUrl, anyHost: settings.access === 'open' },
    logger,
  );
  opened.defer(() => app.close());
  await app.listen(port, settings.host);
  const stack = opened.move();
  return {
    url: `http://${settings.host}:${port}`,
    publicUrl,
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

function modulesOf(
  settings: Settings,
  publicUrl: string,
  parts: Parts,
  transport: Transport,
): DynamicModule[] {
  const { port, builderConcurrency, builderDeadlineSeconds } = settings;
  const { inferenceConcurrency, inferenceDeadlineSeconds } = settings;
  const registryUrl = otherRegistryOf(settings);
  const { internalToken } = parts;
  return [
    PlatformModule.with(PlatformFacts.of({ ...settings, registryUrl }, publicUrl)),
    UploadModule.with(
      {
        publicUrl,
        registryUrl,
        archives: { ...settings, spoolDir: parts.spoolDir },
        parts: settings,
      },
      parts,
    ),
    InferenceModule.with(
      {
        concurrency: inferenceConcurrency,
        deadlineMs: inferenceDeadlineSeconds * 1_000,
        sole: true,
      },
      parts,
    ),
    BuilderModule.with(
      {
        registry:
          registryUrl === undefined
            ? {
                url: `http://127.0.0.1:${port}`,
                authorization: `Bearer ${internalToken}`,
                own: true,
                transport,
              }
            : { url: registryUrl },
        concurrency: builderConcurrency,
        deadlineMs: builderDeadlineSeconds * 1_000,
        sole: true,
      },
      parts,
    ),
    CatalogueModule.with({ publicUrl, registryUrl }, parts),
    RegistryModule.with({ internalToken, sole: true, releaseTo: registryUrl }, parts),
  ];
}
