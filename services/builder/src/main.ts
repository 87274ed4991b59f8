import { runService } from '@floe/service';
import { openBlobStore } from '@floe/storage';

import { BuilderModule } from './builder.module.ts';
import { readSettings } from './settings.ts';

const settings = readSettings();
const store = await openBlobStore(settings.storeUrl);
await runService(settings, (parts) =>
  BuilderModule.with(
    {
      registry: {
        url: settings.registryUrl,
        authorization: settings.internalToken && `Bearer ${settings.internalToken}`,
      },
      concurrency: settings.builderConcurrency,
      deadlineMs: settings.builderDeadlineSeconds * 1_000,
      sole: false,
    },
    { ...parts, store },
  ),
);
