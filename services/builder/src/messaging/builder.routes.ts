import {
  BuildCancelRequested,
  BuildEnded,
  ModelUploaded,
  SignatureInferred,
} from '@floe/contracts';
import type { Router } from '@floe/messaging';
import type { JobQueue } from '@floe/work';

import type { BuildLogs } from '../application/build-logs.ts';
import type { TakeBuild } from '../application/take-build.ts';
import type { BuildTask } from '../domain/build-task.ts';

interface Application {
  readonly takeBuild: TakeBuild;
  readonly queue: JobQueue<BuildTask>;
  readonly logs: BuildLogs;
}

/** Everything the builder listens to, in one place. */
export function builderRoutes(router: Router, { takeBuild, queue, logs }: Application): Router {
  return router
    .on(ModelUploaded, ({ buildId }, tx) => logs.open(buildId, tx))
    .on(SignatureInferred, (inferred, tx) => takeBuild.execute(taskOf(inferred), new Date(), tx), {
      again: ({ buildId }, tx) => takeBuild.again(buildId, tx),
    })
    .on(BuildCancelRequested, ({ buildId }, tx) => queue.requestCancel(buildId, tx))
    .on(BuildEnded, ({ buildId, outcome }, tx) => logs.end(buildId, outcome, tx));
}

function taskOf({
  team,
  model,
  buildId,
  upload,
  inference,
  warnings,
}: SignatureInferred): BuildTask {
  return { team, model, buildId, upload, inference, warnings };
}
