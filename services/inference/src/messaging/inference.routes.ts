import { BuildCancelRequested, ModelUploaded } from '@floe/contracts';
import type { Router } from '@floe/messaging';
import type { JobQueue } from '@floe/work';

import type { TakeUpload } from '../application/take-upload.ts';
import type { InferenceTask } from '../domain/inference-task.ts';

/** Everything that inference listens to, in one place. */
export function inferenceRoutes(
  router: Router,
  takeUpload: TakeUpload,
  queue: JobQueue<InferenceTask>,
): Router {
  return router
    .on(
      ModelUploaded,
      ({ team, model, buildId, upload }, tx) =>
        takeUpload.execute({ team, model, buildId, upload }, tx),
      { again: ({ buildId }, tx) => takeUpload.again(buildId, tx) },
    )
    .on(BuildCancelRequested, ({ buildId }, tx) => queue.requestCancel(buildId, tx));
}
