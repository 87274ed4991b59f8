import { openStore, runService } from '@floe/service';

import { BuilderModule } from './builder.module.ts';
import { readSettings } from './settings.ts';

const settings = readSettings();
const store = await openStore(settings);
await runService(settings, store, (parts) => [
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
]);
