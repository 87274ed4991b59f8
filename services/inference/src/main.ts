import { runService } from '@floe/service';
import { openBlobStore } from '@floe/storage';

import { InferenceModule } from './inference.module.ts';
import { readSettings } from './settings.ts';

const settings = readSettings();
const store = await openBlobStore(settings.storeUrl);
await runService(settings, (parts) =>
  InferenceModule.with(
    {
      concurrency: settings.inferenceConcurrency,
      deadlineMs: settings.inferenceDeadlineSeconds * 1_000,
      sole: false,
    },
    { ...parts, store },
  ),
);
