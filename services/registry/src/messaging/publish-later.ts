import type { VersionAssigned } from '@floe/contracts';
import { type Completion, type JobHandler, Workers, type WorkersParts } from '@floe/work';

import type { PublishVersion } from '../application/publish-version.ts';

const LONGEST_PAUSE_MS = 60_000;
const CONCURRENCY = 4;
/** The largest that PostgreSQL's integer holds. */
const NO_LIMIT = 2 ** 31 - 1;

/** Publishes what could not be published at once. A version has its number: it is tried without end. */
export function publishLater(
  parts: WorkersParts,
  publishVersion: PublishVersion,
  process: { readonly owner: string; readonly sole: boolean },
): Workers<VersionAssigned> {
  const handler: JobHandler<VersionAssigned> = {
    run:
      async ({ payload }): Promise<Completion> =>
      (tx) =>
        publishVersion.execute(payload, new Date(), tx),
    cancelled: never,
    failed: never,
  };
  return new Workers(
    parts,
    {
      ...process,
      concurrency: CONCURRENCY,
      maxErrors: NO_LIMIT,
      maxDeaths: NO_LIMIT,
      longestPauseMs: LONGEST_PAUSE_MS,
    },
    handler,
  );
}

async function never(): Promise<void> {
  throw new Error('a publication neither fails nor is cancelled');
}
