import { openStore, runService } from '@floe/service';

import { InferenceModule } from './inference.module.ts';
import { readSettings } from './settings.ts';

const settings = readSettings();
const store = await openStore(settings);
await runService(settings, store, (parts) => [
  InferenceModule.with(
    {
      concurrency: settings.inferenceConcurrency,
      deadlineMs: settings.inferenceDeadlineSeconds * 1_000,
      sole: false,
    },
    { ...parts, store },
  ),
]);
